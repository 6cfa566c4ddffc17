package parcelwise.plugin;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.path.PathHierarchyTokenizer;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.PreConfiguredTokenizer;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Tokenizers by Elasticsearch's names; the standard one is in the server. */
final class Tokenizers {

    private Tokenizers() {}

    static Map<String, AnalysisProvider<TokenizerFactory>> byName() {
        Map<String, AnalysisProvider<TokenizerFactory>> tokenizers = new TreeMap<>();
        tokenizers.put("keyword", provider(s -> KeywordTokenizer::new));
        tokenizers.put("letter", provider(s -> LetterTokenizer::new));
        tokenizers.put("whitespace", provider(s -> {
            int longest = s.getAsInt("max_token_length", 255);
            return () -> new WhitespaceTokenizer(TokenStream.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, longest);
        }));
        tokenizers.put("path_hierarchy", provider(s -> {
            char delimiter = s.get("delimiter", "/").charAt(0);
            char replacement = s.get("replacement", String.valueOf(delimiter)).charAt(0);
            int skip = s.getAsInt("skip", 0);
            return () -> new PathHierarchyTokenizer(1024, delimiter, replacement, skip);
        }));
        tokenizers.put("pattern", provider(s -> {
            Pattern pattern = Pattern.compile(s.get("pattern", "\\W+"));
            int group = s.getAsInt("group", -1);
            return () -> new PatternTokenizer(pattern, group);
        }));
        tokenizers.put("edge_ngram", provider(s -> {
            int least = s.getAsInt("min_gram", 1);
            int most = s.getAsInt("max_gram", 2);
            IntPredicate wanted = wanted(s.getAsList("token_chars"));
            return () -> new EdgeNGramTokenizer(least, most) {
                @Override
                protected boolean isTokenChar(int character) {
                    return wanted.test(character);
                }
            };
        }));
        tokenizers.put("ngram", (index, environment, name, s) -> {
            int least = s.getAsInt("min_gram", 1);
            int most = s.getAsInt("max_gram", 2);
            IntPredicate wanted = wanted(s.getAsList("token_chars"));
            TokenFilters.checkDifference(index, most - least);
            return TokenizerFactory.newFactory(name, () -> new NGramTokenizer(least, most) {
                @Override
                protected boolean isTokenChar(int character) {
                    return wanted.test(character);
                }
            });
        });
        return tokenizers;
    }

    static List<PreConfiguredTokenizer> preConfigured() {
        return List.of(
            PreConfiguredTokenizer.singleton("keyword", KeywordTokenizer::new),
            PreConfiguredTokenizer.singleton("letter", LetterTokenizer::new),
            PreConfiguredTokenizer.singleton("whitespace", WhitespaceTokenizer::new),
            PreConfiguredTokenizer.singleton("path_hierarchy", PathHierarchyTokenizer::new),
            PreConfiguredTokenizer.singleton("edge_ngram", () -> new EdgeNGramTokenizer(1, 2)),
            PreConfiguredTokenizer.singleton("ngram", NGramTokenizer::new));
    }

    private static IntPredicate wanted(List<String> kinds) {
        return kinds.stream().map(Tokenizers::kind).reduce(IntPredicate::or).orElse(character -> true);
    }

    private static IntPredicate kind(String name) {
        return switch (name) {
            case "letter" -> Character::isLetter;
            case "digit" -> Character::isDigit;
            case "whitespace" -> Character::isWhitespace;
            default -> throw new IllegalArgumentException("token_chars: this server does not know " + name);
        };
    }

    private static AnalysisProvider<TokenizerFactory> provider(Function<Settings, Supplier<Tokenizer>> maker) {
        return (index, environment, name, settings) -> TokenizerFactory.newFactory(name, maker.apply(settings));
    }
}
