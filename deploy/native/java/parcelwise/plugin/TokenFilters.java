package parcelwise.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.DecimalDigitFilter;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.core.UpperCaseFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.PatternKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.StemmerOverrideFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/** Token filters by Elasticsearch's names, with its settings and defaults. */
final class TokenFilters {

    /** One filter: it is given the tokens and returns them changed. */
    interface Filter extends UnaryOperator<TokenStream> {}

    private interface Maker {
        Filter make(Settings settings, Environment environment);
    }

    static class Factory extends AbstractTokenFilterFactory {
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
        Map<String, AnalysisProvider<TokenFilterFactory>> filters = new TreeMap<>();
        letterFilters().forEach((name, filter) -> filters.put(name, normalizing((s, e) -> filter)));
        wordFilters().forEach((name, filter) -> filters.put(name, plain((s, e) -> filter)));
        filters.put("lowercase", normalizing((s, e) -> LowerCaseFilter::new));
        filters.put("asciifolding", normalizing((s, e) -> {
            boolean keep = s.getAsBoolean("preserve_original", false);
            return tokens -> new ASCIIFoldingFilter(tokens, keep);
        }));
        filters.put("pattern_replace", AnalysisPlugin.requiresAnalysisSettings(normalizing((s, e) -> {
            Pattern pattern = Pattern.compile(s.get("pattern"));
            String replacement = s.get("replacement", "");
            boolean all = s.getAsBoolean("all", true);
            return tokens -> new PatternReplaceFilter(tokens, pattern, replacement, all);
        })));
        filters.put("length", plain((s, e) -> {
            int least = s.getAsInt("min", 0);
            int most = s.getAsInt("max", Integer.MAX_VALUE);
            return tokens -> new LengthFilter(tokens, least, most);
        }));
        filters.put("truncate", plain((s, e) -> {
            int length = s.getAsInt("length", 10);
            return tokens -> new TruncateTokenFilter(tokens, length);
        }));
        filters.put("unique", plain((s, e) -> s.getAsBoolean("only_on_same_position", false)
            ? RemoveDuplicatesTokenFilter::new
            : UniqueFilter::new));
        addStemming(filters);
        addParts(filters);
        filters.put("synonym", Synonyms.provider(false));
        filters.put("synonym_graph", Synonyms.provider(true));
        return filters;
    }

    /** Return what can be named in an analyzer without being defined first. */
    static List<PreConfiguredTokenFilter> preConfigured() {
        List<PreConfiguredTokenFilter> filters = new ArrayList<>();
        letterFilters().forEach((name, filter) ->
            filters.add(PreConfiguredTokenFilter.singleton(name, true, filter::apply)));
        wordFilters().forEach((name, filter) ->
            filters.add(PreConfiguredTokenFilter.singleton(name, false, filter::apply)));
        filters.add(PreConfiguredTokenFilter.singleton("asciifolding", true, ASCIIFoldingFilter::new));
        filters.add(PreConfiguredTokenFilter.singleton("unique", false, UniqueFilter::new));
        filters.add(PreConfiguredTokenFilter.singleton("stop", false,
            tokens -> new StopFilter(tokens, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET)));
        filters.add(PreConfiguredTokenFilter.singleton("snowball", false,
            tokens -> new SnowballFilter(tokens, "English")));
        filters.add(PreConfiguredTokenFilter.singleton("edge_ngram", false, false,
            tokens -> new EdgeNGramTokenFilter(tokens, 1, 1, false)));
        filters.add(PreConfiguredTokenFilter.singleton("word_delimiter_graph", false, false,
            tokens -> new WordDelimiterGraphFilter(tokens, delimiterFlags(Settings.EMPTY), null)));
        return filters;
    }

    private static Map<String, Filter> letterFilters() {
        return Map.of(
            "uppercase", UpperCaseFilter::new,
            "trim", TrimFilter::new,
            "decimal_digit", DecimalDigitFilter::new);
    }

    private static Map<String, Filter> wordFilters() {
        return Map.of(
            "porter_stem", PorterStemFilter::new,
            "kstem", KStemFilter::new,
            "flatten_graph", FlattenGraphFilter::new,
            "keyword_repeat", KeywordRepeatFilter::new,
            "remove_duplicates", RemoveDuplicatesTokenFilter::new);
    }

    private static void addStemming(Map<String, AnalysisProvider<TokenFilterFactory>> filters) {
        filters.put("snowball", plain((s, e) -> snowball(s.get("language", "English"))));
        filters.put("stemmer", plain((s, e) -> stemmer(s.get("language", s.get("name", "porter")))));
        filters.put("stemmer_override", AnalysisPlugin.requiresAnalysisSettings(plain((s, e) -> {
            StemmerOverrideFilter.StemmerOverrideMap rules = overrides(Analysis.getWordList(e, s, "rules"));
            return tokens -> new StemmerOverrideFilter(tokens, rules);
        })));
        filters.put("keyword_marker", AnalysisPlugin.requiresAnalysisSettings(plain((s, e) -> {
            if (s.get("keywords_pattern") != null) {
                Pattern pattern = Pattern.compile(s.get("keywords_pattern"));
                return tokens -> new PatternKeywordMarkerFilter(tokens, pattern);
            }
            CharArraySet words = Analysis.getWordSet(e, s, "keywords");
            if (words == null) {
                throw new IllegalArgumentException("keyword_marker needs keywords or keywords_pattern");
            }
            CharArraySet keywords = new CharArraySet(words, s.getAsBoolean("ignore_case", false));
            return tokens -> new SetKeywordMarkerFilter(tokens, keywords);
        })));
    }

    private static void addParts(Map<String, AnalysisProvider<TokenFilterFactory>> filters) {
        filters.put("edge_ngram", plain((s, e) -> {
            int least = s.getAsInt("min_gram", 1);
            int most = s.getAsInt("max_gram", 2);
            boolean keep = s.getAsBoolean("preserve_original", false);
            return tokens -> new EdgeNGramTokenFilter(tokens, least, most, keep);
        }));
        filters.put("ngram", (index, environment, name, s) -> {
            int least = s.getAsInt("min_gram", 1);
            int most = s.getAsInt("max_gram", 2);
            boolean keep = s.getAsBoolean("preserve_original", false);
            checkDifference(index, most - least);
            return new Factory(name, tokens -> new NGramTokenFilter(tokens, least, most, keep));
        });
        filters.put("word_delimiter_graph", plain((s, e) -> {
            int flags = delimiterFlags(s);
            CharArraySet kept = Analysis.getWordSet(e, s, "protected_words");
            return tokens -> new WordDelimiterGraphFilter(tokens, flags, kept);
        }));
    }

    private static Filter stemmer(String language) {
        return switch (language) {
            case "english", "porter" -> PorterStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            case "light_english", "kstem" -> KStemFilter::new;
            case "minimal_english" -> EnglishMinimalStemFilter::new;
            case "porter2" -> snowball("English");
            default -> snowball(language);
        };
    }

    private static Filter snowball(String language) {
        String name = language.substring(0, 1).toUpperCase(Locale.ROOT) + language.substring(1);
        return tokens -> new SnowballFilter(tokens, name);
    }

    private static StemmerOverrideFilter.StemmerOverrideMap overrides(List<String> rules) {
        StemmerOverrideFilter.Builder builder = new StemmerOverrideFilter.Builder(false);
        for (String rule : rules) {
            String[] sides = rule.split("=>");
            for (String word : sides[0].split(",")) {
                builder.add(word.trim(), sides[1].trim());
            }
        }
        try {
            return builder.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int delimiterFlags(Settings settings) {
        Map<String, Integer> on = Map.of(
            "generate_word_parts", WordDelimiterGraphFilter.GENERATE_WORD_PARTS,
            "generate_number_parts", WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS,
            "split_on_case_change", WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE,
            "split_on_numerics", WordDelimiterGraphFilter.SPLIT_ON_NUMERICS,
            "stem_english_possessive", WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE);
        Map<String, Integer> off = Map.of(
            "catenate_words", WordDelimiterGraphFilter.CATENATE_WORDS,
            "catenate_numbers", WordDelimiterGraphFilter.CATENATE_NUMBERS,
            "catenate_all", WordDelimiterGraphFilter.CATENATE_ALL,
            "preserve_original", WordDelimiterGraphFilter.PRESERVE_ORIGINAL,
            "ignore_keywords", WordDelimiterGraphFilter.IGNORE_KEYWORDS);
        return sum(settings, on, true) | sum(settings, off, false);
    }

    private static int sum(Settings settings, Map<String, Integer> flags, boolean otherwise) {
        return flags.entrySet().stream()
            .filter(flag -> settings.getAsBoolean(flag.getKey(), otherwise))
            .mapToInt(Map.Entry::getValue)
            .sum();
    }

    static void checkDifference(IndexSettings index, int difference) {
        if (difference > index.getMaxNgramDiff()) {
            throw new IllegalArgumentException(
                "The difference between max_gram and min_gram must be at most " + index.getMaxNgramDiff()
                    + ", see index.max_ngram_diff");
        }
    }

    private static AnalysisProvider<TokenFilterFactory> plain(Maker maker) {
        return (index, environment, name, s) -> new Factory(name, maker.make(s, environment));
    }

    private static AnalysisProvider<TokenFilterFactory> normalizing(Maker maker) {
        return (index, environment, name, s) -> new NormalizingFactory(name, maker.make(s, environment));
    }
}
