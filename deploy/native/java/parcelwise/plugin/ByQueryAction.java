package parcelwise.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.common.xcontent.XContentHelper;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestChannel;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.xcontent.XContentBuilder;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xcontent.XContentType;

/** {@code _delete_by_query}, {@code _update_by_query} and {@code _reindex}, without scripts and without tasks. */
final class ByQueryAction extends BaseRestHandler {

    enum Operation {
        DELETE("/{index}/_delete_by_query"),
        UPDATE("/{index}/_update_by_query"),
        REINDEX("/_reindex");

        final String path;

        Operation(String path) {
            this.path = path;
        }
    }

    /** Taken and not heeded: they change how the work is done, not what comes of it. */
    private static final List<String> WITHOUT_EFFECT = List.of(
        "slices", "requests_per_second", "timeout", "scroll", "wait_for_active_shards", "wait_for_completion",
        "ignore_unavailable", "allow_no_indices", "expand_wildcards");

    private final Operation operation;
    private final Predicate<NodeFeature> features;

    ByQueryAction(Operation operation, Predicate<NodeFeature> features) {
        this.operation = operation;
        this.features = features;
    }

    @Override
    public String getName() {
        return "parcelwise" + operation.path;
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.POST, operation.path));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        WITHOUT_EFFECT.forEach(request::param);
        Map<String, Object> body = request.hasContent()
            ? XContentHelper.convertToMap(request.content(), true, request.getXContentType()).v2()
            : Map.of();
        if (body.containsKey("script")) {
            throw new IllegalArgumentException("this server knows no scripts");
        }
        boolean proceed = "proceed".equals(request.param("conflicts")) || "proceed".equals(body.get("conflicts"));
        boolean refresh = request.paramAsBoolean("refresh", false);
        SearchSourceBuilder search = new SearchSourceBuilder()
            .size(request.paramAsInt("scroll_size", 1000))
            .seqNoAndPrimaryTerm(true)
            .sort("_doc");
        ByQuery work;
        if (operation == Operation.REINDEX) {
            Map<?, ?> source = (Map<?, ?>) body.get("source");
            Map<?, ?> target = (Map<?, ?>) body.get("dest");
            readQuery(search, source.get("query"), request);
            boolean onlyNew = "create".equals(target.get("op_type"));
            work = new ByQuery(client, operation, names(source.get("index")), search, (String) target.get("index"), onlyNew);
        } else {
            readQuery(search, body.get("query"), request);
            work = new ByQuery(client, operation, names(request.param("index")), search, null, false);
        }
        return channel -> client.threadPool().generic().execute(() -> answer(channel, work, proceed, refresh));
    }

    private static void answer(RestChannel channel, ByQuery work, boolean proceed, boolean refresh) {
        try {
            work.run(proceed, refresh);
            RestStatus status = work.failures().isEmpty() ? RestStatus.OK : RestStatus.CONFLICT;
            channel.sendResponse(new RestResponse(status, work.describe(channel.newBuilder())));
        } catch (Exception e) {
            sendFailure(channel, e);
        }
    }

    private static void sendFailure(RestChannel channel, Exception failure) {
        try {
            channel.sendResponse(new RestResponse(channel, failure));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readQuery(SearchSourceBuilder search, Object query, RestRequest request) throws IOException {
        if (query == null) {
            return;
        }
        XContentBuilder json = XContentBuilder.builder(XContentType.JSON.xContent()).map(Map.of("query", query));
        try (XContentParser parser = XContentHelper.createParser(
                request.contentParserConfig(), BytesReference.bytes(json), XContentType.JSON)) {
            search.parseXContent(parser, true, features);
        }
    }

    private static String[] names(Object index) {
        return index instanceof List<?> several
            ? several.stream().map(String.class::cast).toArray(String[]::new)
            : ((String) index).split(",");
    }
}
