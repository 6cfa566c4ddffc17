package parcelwise.plugin;

import java.util.Map;
import java.util.function.BiFunction;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;

/** Whole analyzers by Elasticsearch's names; standard and keyword are in the server. */
final class Analyzers {

    private static final class Provider extends AbstractIndexAnalyzerProvider<Analyzer> {
        private final Analyzer analyzer;

        Provider(String name, Analyzer analyzer) {
            super(name);
            this.analyzer = analyzer;
        }

        @Override
        public Analyzer get() {
            return analyzer;
        }
    }

    private Analyzers() {}

    static Map<String, AnalysisProvider<AnalyzerProvider<? extends Analyzer>>> byName() {
        return Map.of(
            "simple", provider((s, e) -> new SimpleAnalyzer()),
            "whitespace", provider((s, e) -> new WhitespaceAnalyzer()),
            "english", provider((s, e) -> new EnglishAnalyzer(
                Analysis.parseStopWords(e, s, EnglishAnalyzer.getDefaultStopSet()),
                Analysis.parseStemExclusion(s, CharArraySet.EMPTY_SET))));
    }

    private static AnalysisProvider<AnalyzerProvider<? extends Analyzer>> provider(
        BiFunction<Settings, Environment, Analyzer> maker) {
        return (index, environment, name, settings) -> new Provider(name, maker.apply(settings, environment));
    }
}
