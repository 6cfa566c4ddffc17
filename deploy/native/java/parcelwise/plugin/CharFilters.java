package parcelwise.plugin;

import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.analysis.AbstractCharFilterFactory;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredCharFilter;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/** Character filters by Elasticsearch's names. */
final class CharFilters {

    private static final class Factory extends AbstractCharFilterFactory implements NormalizingCharFilterFactory {
        private final UnaryOperator<Reader> filter;

        Factory(String name, UnaryOperator<Reader> filter) {
            super(name);
            this.filter = filter;
        }

        @Override
        public Reader create(Reader reader) {
            return filter.apply(reader);
        }
    }

    private CharFilters() {}

    static Map<String, AnalysisProvider<CharFilterFactory>> byName() {
        Map<String, AnalysisProvider<CharFilterFactory>> filters = new TreeMap<>();
        filters.put("html_strip", provider(s -> {
            Set<String> kept = Set.copyOf(s.getAsList("escaped_tags"));
            return reader -> new HTMLStripCharFilter(reader, kept);
        }));
        filters.put("mapping", AnalysisPlugin.requiresAnalysisSettings(provider(s -> {
            NormalizeCharMap rules = rules(s.getAsList("mappings"));
            return reader -> new MappingCharFilter(rules, reader);
        })));
        filters.put("pattern_replace", AnalysisPlugin.requiresAnalysisSettings(provider(s -> {
            Pattern pattern = Pattern.compile(s.get("pattern"));
            String replacement = s.get("replacement", "");
            return reader -> new PatternReplaceCharFilter(pattern, replacement, reader);
        })));
        return filters;
    }

    static List<PreConfiguredCharFilter> preConfigured() {
        return List.of(PreConfiguredCharFilter.singleton("html_strip", false, HTMLStripCharFilter::new));
    }

    private static NormalizeCharMap rules(List<String> mappings) {
        NormalizeCharMap.Builder builder = new NormalizeCharMap.Builder();
        for (String mapping : mappings) {
            String[] sides = mapping.split("=>", 2);
            builder.add(sides[0].trim(), sides[1].trim());
        }
        return builder.build();
    }

    private static AnalysisProvider<CharFilterFactory> provider(Function<Settings, UnaryOperator<Reader>> maker) {
        return (index, environment, name, settings) -> new Factory(name, maker.apply(settings));
    }
}
