package parcelwise.plugin;

import java.io.IOException;
import java.io.StringReader;
import java.text.ParseException;
import java.util.List;
import java.util.function.Function;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.synonym.SolrSynonymParser;
import org.apache.lucene.analysis.synonym.SynonymFilter;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.util.CharsRef;
import org.apache.lucene.util.CharsRefBuilder;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexService.IndexCreationContext;
import org.elasticsearch.index.analysis.AbstractTokenFilterFactory;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** The filters synonym and synonym_graph, for rules in Solr's format. */
final class Synonyms extends AbstractTokenFilterFactory {
    private final Settings settings;
    private final Environment environment;
    private final boolean graph;

    private Synonyms(String name, Settings settings, Environment environment, boolean graph) {
        super(name);
        this.settings = settings;
        this.environment = environment;
        this.graph = graph;
    }

    static AnalysisProvider<TokenFilterFactory> provider(boolean graph) {
        return (index, environment, name, settings) -> new Synonyms(name, settings, environment, graph);
    }

    @Override
    public TokenStream create(TokenStream tokens) {
        throw new IllegalStateException("made by getChainAwareTokenFilterFactory only");
    }

    /** The rules are read by the same filters as the text that they will be compared with. */
    @Override
    public TokenFilterFactory getChainAwareTokenFilterFactory(
        IndexCreationContext context,
        TokenizerFactory tokenizer,
        List<CharFilterFactory> charFilters,
        List<TokenFilterFactory> previous,
        Function<String, TokenFilterFactory> others) {
        SynonymMap rules = parse(analyzer(tokenizer, previous));
        return new TokenFilters.Factory(name(), tokens -> {
            if (rules.fst == null) {
                return tokens;
            }
            return graph ? new SynonymGraphFilter(tokens, rules, false) : new SynonymFilter(tokens, rules, false);
        });
    }

    private static Analyzer analyzer(TokenizerFactory tokenizer, List<TokenFilterFactory> previous) {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                Tokenizer source = tokenizer.create();
                TokenStream tokens = source;
                for (TokenFilterFactory filter : previous) {
                    tokens = filter.getSynonymFilter().create(tokens);
                }
                return new TokenStreamComponents(source, tokens);
            }
        };
    }

    private SynonymMap parse(Analyzer analyzer) {
        List<String> rules = Analysis.getWordList(environment, settings, "synonyms");
        if (rules == null) {
            throw new IllegalArgumentException("synonym requires `synonyms` or `synonyms_path`");
        }
        Parser parser = new Parser(
            settings.getAsBoolean("expand", true), settings.getAsBoolean("lenient", false), analyzer);
        try {
            parser.parse(new StringReader(String.join("\n", rules)));
            return parser.build();
        } catch (IOException | ParseException e) {
            throw new IllegalArgumentException("failed to build synonyms", e);
        }
    }

    /** Passes over words that an earlier filter leaves nothing of, if it is told to be lenient. */
    private static final class Parser extends SolrSynonymParser {
        private final boolean lenient;

        Parser(boolean expand, boolean lenient, Analyzer analyzer) {
            super(true, expand, analyzer);
            this.lenient = lenient;
        }

        @Override
        public CharsRef analyze(String text, CharsRefBuilder reuse) throws IOException {
            try {
                return super.analyze(text, reuse);
            } catch (IllegalArgumentException e) {
                if (lenient) {
                    return new CharsRef("");
                }
                throw e;
            }
        }

        @Override
        public void add(CharsRef input, CharsRef output, boolean includeOriginal) {
            if (input.length > 0 && output.length > 0) {
                super.add(input, output, includeOriginal);
            }
        }
    }
}
