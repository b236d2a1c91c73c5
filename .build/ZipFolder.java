import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a folder as a ZIP archive that keeps which files may be executed, which {@code jar} does not. Times are those
 * of no machine, so that two archives of the same files have the same bytes:
 *
 * <pre>java .build/ZipFolder.java FOLDER ARCHIVE</pre>
 */
final class ZipFolder {
  private ZipFolder() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("expected two arguments, the folder to read and the archive to write");
      System.exit(2);
    }
    Path folder = Path.of(arguments[0]).toAbsolutePath().normalize();
    Path archive = Path.of(arguments[1]).toAbsolutePath();
    Files.deleteIfExists(archive);
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted().toList();
    }
    FileTime time = FileTime.fromMillis(1_767_225_600_000L); // 2026-01-01, as in the jars
    Map<String, Object> options = Map.of("create", "true", "enablePosixFileAttributes", "true");
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + archive.toUri()), options)) {
      for (Path file : all) {
        Path entry = zip.getPath("/" + folder.getParent().relativize(file).toString().replace('\\', '/'));
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectory(entry);
        } else {
          Files.copy(file, entry);
        }
        boolean runs = Files.isExecutable(file) && Files.getFileStore(file).supportsFileAttributeView("posix");
        Set<PosixFilePermission> usual =
            PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--");
        Files.setAttribute(entry, "zip:permissions", usual);
        Files.setLastModifiedTime(entry, time);
      }
    }
  }
}
