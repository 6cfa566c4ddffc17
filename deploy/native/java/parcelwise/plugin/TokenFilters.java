package parcelwise.plugin;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Token filters by Elasticsearch's names, with its settings and defaults. */
final class TokenFilters {

    /** Is given the tokens and returns them changed. */
    private interface Filter extends UnaryOperator<TokenStream> {}

    private static class Factory extends AbstractTokenFilterFactory {
        private final Filter filter;

        Factory(String name, Filter filter) {
            super(name);
            this.filter = filter;
        }

        @Override
        public TokenStream create(TokenStream tokens) {
            return filter.apply(tokens);
        }
    }

    /** One that changes letters only, and so may normalize keywords. */
    private static final class NormalizingFactory extends Factory implements NormalizingTokenFilterFactory {
        NormalizingFactory(String name, Filter filter) {
            super(name, filter);
        }
    }

    private TokenFilters() {}

    static Map<String, AnalysisProvider<TokenFilterFactory>> byName() {
        return Map.of(
            "lowercase", normalizing(s -> LowerCaseFilter::new),
            "asciifolding", normalizing(s -> {
                boolean keep = s.getAsBoolean("preserve_original", false);
                return tokens -> new ASCIIFoldingFilter(tokens, keep);
            }),
            "length", plain(s -> {
                int least = s.getAsInt("min", 0);
                int most = s.getAsInt("max", Integer.MAX_VALUE);
                return tokens -> new LengthFilter(tokens, least, most);
            }),
            "truncate", plain(s -> {
                int length = s.getAsInt("length", 10);
                return tokens -> new TruncateTokenFilter(tokens, length);
            }),
            "edge_ngram", plain(s -> {
                int least = s.getAsInt("min_gram", 1);
                int most = s.getAsInt("max_gram", 2);
                boolean keep = s.getAsBoolean("preserve_original", false);
                return tokens -> new EdgeNGramTokenFilter(tokens, least, most, keep);
            }),
            "stemmer", plain(s -> stemmer(s.get("language", s.get("name", "porter")))));
    }

    /** Return what can be named in an analyzer without being defined first. */
    static List<PreConfiguredTokenFilter> preConfigured() {
        return List.of(
            PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new),
            PreConfiguredTokenFilter.singleton("porter_stem", false, PorterStemFilter::new),
            PreConfiguredTokenFilter.singleton("kstem", false, KStemFilter::new));
    }

    private static Filter stemmer(String language) {
        return switch (language) {
            case "english", "porter" -> PorterStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            case "light_english", "kstem" -> KStemFilter::new;
            case "porter2" -> tokens -> new SnowballFilter(tokens, "English");
            default -> throw new IllegalArgumentException("stemmer: this server knows English only, not " + language);
        };
    }

    private static AnalysisProvider<TokenFilterFactory> plain(Function<Settings, Filter> maker) {
        return (index, environment, name, settings) -> new Factory(name, maker.apply(settings));
    }

    private static AnalysisProvider<TokenFilterFactory> normalizing(Function<Settings, Filter> maker) {
        return (index, environment, name, settings) -> new NormalizingFactory(name, maker.apply(settings));
    }
}
