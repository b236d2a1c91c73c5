package dev.comporta.serialization;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a file: what a new file takes over from the one that it replaces, on systems with
 * POSIX permissions.
 *
 * @param owner the user
 * @param group the group
 * @param permissions of both and of all others
 */
record FileAccess(UserPrincipal owner, GroupPrincipal group, Set<PosixFilePermission> permissions) {
  private static final Set<PosixFilePermission> OF_GROUP =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.GROUP_EXECUTE);

  /** Copies the permissions. */
  FileAccess {
    permissions = Set.copyOf(permissions);
  }

  /** What a file has, or null if there is no such file or the system has no such permissions. */
  static @Nullable FileAccess of(Path file) throws IOException {
    PosixFileAttributeView view = view(file);
    if (view == null || !Files.exists(file)) {
      return null;
    }
    PosixFileAttributes attributes = view.readAttributes();
    return new FileAccess(attributes.owner(), attributes.group(), attributes.permissions());
  }

  private static @Nullable PosixFileAttributeView view(Path file) {
    return Files.getFileAttributeView(
        file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** For a file that will get this access when it is complete: until then it is its owner's. */
  static FileAttribute<?>[] untilComplete(@Nullable FileAccess access) {
    return access == null
        ? new FileAttribute<?>[0]
        : new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
  }

  /**
   * Gives a file this access. A user who may not give files away becomes the owner, and what the
   * group was allowed is then allowed to no other group.
   */
  void applyTo(Path file) throws IOException {
    PosixFileAttributeView view = view(file);
    if (view == null) {
      return;
    }
    PosixFileAttributes now = view.readAttributes();
    Set<PosixFilePermission> allowed = EnumSet.noneOf(PosixFilePermission.class);
    allowed.addAll(permissions);
    if (!now.group().equals(group)) {
      try {
        view.setGroup(group);
      } catch (FileSystemException e) {
        allowed.removeAll(OF_GROUP);
      }
    }
    view.setPermissions(allowed);
    if (!now.owner().equals(owner)) {
      try {
        view.setOwner(owner);
      } catch (FileSystemException e) {
        // Only the superuser may give files away: the new one belongs to its writer.
      }
    }
  }
}
