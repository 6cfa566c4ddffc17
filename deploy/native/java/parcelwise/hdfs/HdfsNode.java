package parcelwise.hdfs;

import java.io.File;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A NameNode and a DataNode in one process, on the loopback: {@code HdfsNode PORT FOLDER}. */
public final class HdfsNode {

    public static void main(String[] arguments) throws Exception {
        File folder = new File(arguments[1]);
        Configuration configuration = new Configuration();
        // For what a client without settings of its own writes.
        configuration.set("dfs.replication", "1");
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(configuration, folder)
            .nameNodePort(Integer.parseInt(arguments[0]))
            .numDataNodes(1)
            .storagesPerDatanode(1)
            // The folder of the NameNode: with it there are files to keep.
            .format(!new File(folder, "name-0-1").exists())
            .build();
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::shutdown));
        Thread.currentThread().join();
    }
}
