package parcelwise.plugin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.elasticsearch.action.DocWriteRequest;
import org.elasticsearch.action.DocWriteResponse.Result;
import org.elasticsearch.action.bulk.BulkItemResponse;
import org.elasticsearch.action.bulk.BulkRequest;
import org.elasticsearch.action.delete.DeleteRequest;
import org.elasticsearch.action.index.IndexRequest;
import org.elasticsearch.action.search.ClearScrollRequest;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.builder.SearchSourceBuilder;
import org.elasticsearch.xcontent.XContentBuilder;

/** One run over all documents that a query finds, page by page. */
final class ByQuery {
    private static final TimeValue KEEP = TimeValue.timeValueMinutes(5);

    private final NodeClient client;
    private final ByQueryAction.Operation operation;
    private final String[] indices;
    private final SearchSourceBuilder search;
    private final String target;
    private final boolean onlyNew;

    private final long began = System.nanoTime();
    private final List<String> failures = new ArrayList<>();
    private long total;
    private long created;
    private long updated;
    private long deleted;
    private long conflicts;
    private int batches;

    /** {@code target} is where documents are copied to, or null: they are changed where they are. */
    ByQuery(
        NodeClient client,
        ByQueryAction.Operation operation,
        String[] indices,
        SearchSourceBuilder search,
        String target,
        boolean onlyNew) {
        this.client = client;
        this.operation = operation;
        this.indices = indices;
        this.search = search;
        this.target = target;
        this.onlyNew = onlyNew;
    }

    List<String> failures() {
        return failures;
    }

    void run(boolean proceed, boolean refresh) {
        Set<String> touched = new HashSet<>();
        SearchResponse page = client.search(new SearchRequest(indices).source(search).scroll(KEEP)).actionGet();
        String scroll = page.getScrollId();
        try {
            total = page.getHits().getTotalHits().value();
            while (page.getHits().getHits().length > 0 && failures.isEmpty()) {
                BulkRequest batch = new BulkRequest();
                for (SearchHit hit : page.getHits().getHits()) {
                    batch.add(request(hit));
                    touched.add(target == null ? hit.getIndex() : target);
                }
                batches++;
                for (BulkItemResponse item : client.bulk(batch).actionGet()) {
                    count(item, proceed);
                }
                page.decRef();
                page = null;
                page = client.prepareSearchScroll(scroll).setScroll(KEEP).get();
            }
        } finally {
            if (page != null) {
                page.decRef();
            }
            ClearScrollRequest clear = new ClearScrollRequest();
            clear.addScrollId(scroll);
            client.clearScroll(clear).actionGet();
        }
        if (refresh && !touched.isEmpty()) {
            client.admin().indices().prepareRefresh(touched.toArray(String[]::new)).get();
        }
    }

    private DocWriteRequest<?> request(SearchHit hit) {
        if (operation == ByQueryAction.Operation.DELETE) {
            return new DeleteRequest(hit.getIndex(), hit.getId())
                .setIfSeqNo(hit.getSeqNo())
                .setIfPrimaryTerm(hit.getPrimaryTerm());
        }
        IndexRequest request = new IndexRequest(target == null ? hit.getIndex() : target)
            .id(hit.getId())
            .source(hit.getSourceAsMap());
        if (target == null) {
            return request.setIfSeqNo(hit.getSeqNo()).setIfPrimaryTerm(hit.getPrimaryTerm());
        }
        return request.create(onlyNew);
    }

    private void count(BulkItemResponse item, boolean proceed) {
        if (item.isFailed()) {
            boolean conflict = item.getFailure().getStatus() == RestStatus.CONFLICT;
            conflicts += conflict ? 1 : 0;
            if (!conflict || !proceed) {
                failures.add(item.getFailureMessage());
            }
            return;
        }
        Result result = item.getResponse().getResult();
        switch (result) {
            case CREATED -> created++;
            case DELETED -> deleted++;
            default -> updated++;
        }
    }

    XContentBuilder describe(XContentBuilder builder) throws IOException {
        return builder.startObject()
            .field("took", (System.nanoTime() - began) / 1_000_000)
            .field("timed_out", false)
            .field("total", total)
            .field("created", created)
            .field("updated", updated)
            .field("deleted", deleted)
            .field("batches", batches)
            .field("version_conflicts", conflicts)
            .field("noops", 0)
            .field("failures", failures)
            .endObject();
    }
}
