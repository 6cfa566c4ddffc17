package parcelwise.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * A single Elasticsearch node on the loopback: {@code NativeNode HOME DATA HTTP-PORT TRANSPORT-PORT}.
 *
 * <p>Elasticsearch's own launcher is in no package registry; it also refuses to run as root.
 */
public final class NativeNode {

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Path data = Path.of(arguments[1]);
        Path config = Files.createDirectories(data.resolve("config"));
        Settings settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", Files.createDirectories(data.resolve("nodes")).toString())
            .put("path.logs", data.resolve("logs").toString())
            .put("cluster.name", "parcelwise")
            .put("node.name", "native")
            .put("node.processors", 2)
            .put("network.host", "127.0.0.1")
            .put("http.port", arguments[2])
            .put("transport.port", arguments[3])
            .put("discovery.type", "single-node")
            // a developer's disk is often fuller than a server's may be
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
        LogConfigurator.configureWithoutConfig(settings);
        Environment environment = new Environment(settings, config);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false), Set.of(), Map.of(), false);
        Node node = new Node(environment, plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        new CountDownLatch(1).await();
    }

    private static void close(Node node) {
        try {
            node.close();
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
