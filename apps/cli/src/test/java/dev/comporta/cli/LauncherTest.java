package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.cli.FakeCheckout.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher and the Maven wrapper as scripts, without a build and without a JVM. */
class LauncherTest {
  private static final String MODULE = "dev.comporta.cli/dev.comporta.cli.Main";

  @TempDir Path folder;
  private FakeCheckout checkout;

  @BeforeEach
  void create() throws Exception {
    checkout = FakeCheckout.create(folder.resolve("a checkout"));
  }

  @Test
  void argumentsReachTheCommandAsTheyWereTyped() throws Exception {
    String[] typed = {"a b", "", "*", "@/etc/hostname", "$HOME", "-Xmx1", "'\"\\", "ü"};
    List<String> arguments = checkout.comporta(typed).arguments();

    assertThat(arguments.subList(arguments.indexOf(MODULE) + 1, arguments.size()))
        .containsExactly(typed);
    assertThat(arguments).contains("-Dcomporta.command=" + checkout.root.resolve("comporta"));
  }

  @Test
  void namesOfFilesDoNotChangeTheFlagsOfTheJvm() throws Exception {
    Files.createFile(checkout.root.resolve("-Xlog:aotfoo=off:stderr"));
    Files.createFile(checkout.root.resolve("-Dmine=taken"));
    checkout.set("COMPORTA_JAVA_OPTS", "-Dmine=* -Dother=?");

    for (int start = 0; start < 2; start++) {
      assertThat(checkout.comporta("catalog").arguments())
          .contains("-Xlog:aot*=off:stderr", "-Xlog:cds*=off:stderr", "-Dmine=*", "-Dother=?");
    }
    assertThat(Files.readString(checkout.root.resolve("apps/cli/target/launcher/current")))
        .isNotBlank();
  }

  @Test
  void aModulePathOfTheUserIsAddedToThatOfComporta() throws Exception {
    for (String given :
        new String[] {"--module-path /a:/b", "--module-path=/a:/b", "-p /a:/b", "-p /a -p /b"}) {
      checkout.set("COMPORTA_JAVA_OPTS", "-Done " + given + " -Dtwo");
      List<String> words = checkout.comporta("catalog").arguments();
      assertThat(words).contains("-Done", "-Dtwo").containsOnlyOnce("--module-path");
      assertThat(words.get(words.indexOf("--module-path") + 1)).endsWith("/lib:/a:/b");
    }
    checkout.set("COMPORTA_JAVA_OPTS", "-p");
    assertThat(checkout.comporta("catalog").refusal())
        .contains("COMPORTA_JAVA_OPTS ends in a module path without a value");
  }

  @Test
  void aFolderThatNoModulePathCanHoldIsRefusedBeforeTheBuild() throws Exception {
    FakeCheckout bad = FakeCheckout.create(folder.resolve("a:b"));

    assertThat(bad.comporta("catalog").refusal())
        .startsWith("Comporta cannot run from ")
        .contains("a:b", "':'");
    assertThat(bad.run(bad.root, bad.root.resolve("mvnw").toString(), "verify").refusal())
        .contains("a:b", "':'");
    assertThat(bad.builds()).isZero();
  }

  @Test
  void aFolderThatTheLocaleCannotSayIsRefusedBeforeTheBuild() throws Exception {
    FakeCheckout bad = FakeCheckout.create(folder.resolve("ü"));
    FakeCheckout.script(bad.tools().resolve("locale"), "echo ISO-2022-JP");

    assertThat(bad.comporta("catalog").refusal()).contains("no text in ISO-2022-JP");
    assertThat(bad.builds()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "xx_YY.UTF-8"})
  void namesBeyondAsciiWorkInALocaleWithoutThem(String locale) throws Exception {
    checkout.set("LC_ALL", locale);

    assertThat(checkout.comporta("catalog").arguments()).contains("LC_ALL=C.UTF-8");
  }

  @Test
  void whatTheEnvironmentSetsInShellsIsWithoutEffect() throws Exception {
    checkout
        .set("SHELLOPTS", "noclobber:noglob:errexit")
        .set("IFS", "/")
        .set("CDPATH", folder.toString())
        .set("GREP_OPTIONS", "--color=always")
        .set("TMPDIR", "/nowhere")
        .set("HOME", null);
    for (String shell : new String[] {"sh", "bash"}) {
      Run run = checkout.run(folder, shell, "a checkout/comporta", "catalog");
      assertThat(run.arguments()).contains(MODULE, "catalog");
    }
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void aRelativeJavaHomeIsMadeAbsolute() throws Exception {
    FakeCheckout.jdk(checkout.root.resolve("here"));
    checkout.set("JAVA_HOME", "here");

    assertThat(checkout.comporta("catalog").arguments()).contains(MODULE);
    assertThat(
            checkout
                .run(
                    checkout.root, "sh", "-c", ". .build/find-jdk.sh; find_jdk; echo $comporta_jdk")
                .out())
        .isEqualToIgnoringWhitespace(checkout.root.resolve("here").toString());
  }

  @Test
  void onlyAChangeOfTheSourcesBuildsAgain() throws Exception {
    Path source = checkout.root.resolve("api/src/main/java/A.java");
    FileTime future = FileTime.from(Instant.now().plusSeconds(1_000_000));
    Files.setLastModifiedTime(source, future);
    Files.setLastModifiedTime(source.getParent(), future);
    for (int start = 0; start < 3; start++) {
      checkout.comporta("catalog").arguments();
    }
    assertThat(checkout.builds()).isEqualTo(1);

    Files.writeString(source, "class B");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    checkout.comporta("catalog").arguments();
    assertThat(checkout.builds()).as("after a change that is dated back").isEqualTo(2);

    Files.move(source, source.resolveSibling("B.java"));
    checkout.comporta("catalog").arguments();
    assertThat(checkout.builds()).as("after a new name").isEqualTo(3);

    Files.delete(source.resolveSibling("B.java"));
    checkout.comporta("catalog").arguments();
    checkout.comporta("catalog").arguments();
    assertThat(checkout.builds()).as("after a deletion").isEqualTo(4);
  }

  @Test
  void theArchiveOfAnotherFolderOrJdkIsNotUsed() throws Exception {
    assertThat(checkout.comporta("catalog").arguments()).anyMatch(LauncherTest::isArchive);
    Path link = Files.createSymbolicLink(folder.resolve("link"), checkout.root);
    assertThat(checkout.at(link).comporta("catalog").arguments()).anyMatch(LauncherTest::isArchive);

    FakeCheckout copy = checkout.at(folder.resolve("copy"));
    FakeCheckout.copy(checkout.root, copy.root);
    assertThat(copy.comporta("catalog").arguments()).noneMatch(LauncherTest::isArchive);

    FakeCheckout moved = checkout.at(folder.resolve("moved"));
    Files.move(copy.root, moved.root);
    assertThat(moved.comporta("catalog").arguments()).noneMatch(LauncherTest::isArchive);

    Path jdk = FakeCheckout.jdk(folder.resolve("another jdk"));
    checkout.set("JAVA_HOME", jdk.toString());
    assertThat(checkout.comporta("catalog").arguments()).noneMatch(LauncherTest::isArchive);

    Path own = checkout.tools().resolve("jdk");
    checkout.set("JAVA_HOME", own.toString());
    assertThat(checkout.comporta("catalog").arguments()).anyMatch(LauncherTest::isArchive);
    Files.writeString(own.resolve("release"), "JAVA_VERSION=\"99.0.2\"\n");
    assertThat(checkout.comporta("catalog").arguments()).noneMatch(LauncherTest::isArchive);
    assertThat(checkout.builds()).isEqualTo(1);
  }

  private static boolean isArchive(String argument) {
    return argument.startsWith("-XX:SharedArchiveFile=");
  }

  @Test
  void aLockIsStaleOnceItsProcessHasEndedEvenIfTheNumberIsInUseAgain() throws Exception {
    Path owner = checkout.root.resolve(".build/lock/owner");
    long used = ProcessHandle.current().pid();
    for (String stale : List.of(used + "\n", used + "\n1 another start\n", "999999999\n1\n")) {
      FakeCheckout.write(owner, stale);
      FakeCheckout.write(checkout.root.resolve("pom.xml"), "built for the lock of " + stale);

      Run run = checkout.comporta("catalog");

      assertThat(run.arguments()).contains(MODULE);
      assertThat(run.err()).startsWith("Building Comporta").doesNotContain("Waiting");
      assertThat(owner.getParent()).doesNotExist();
    }
  }

  @Test
  void ofTwoFirstStartsOneBuildsAndTheOtherWaits() throws Exception {
    Path hold = Files.createFile(folder.resolve("hold"));
    checkout.set("HOLD", hold.toString());
    Path[] err = {folder.resolve("first"), folder.resolve("second")};
    String script = checkout.root.resolve("comporta").toString();
    Process first = checkout.start(folder, err[0], script, "catalog");
    while (checkout.builds() == 0 && first.isAlive()) {
      Thread.sleep(20);
    }
    Process second = checkout.start(folder, err[1], script, "tasks");
    while (!Files.readString(err[1]).contains("Waiting") && second.isAlive()) {
      Thread.sleep(20);
    }
    assertThat(second.isAlive()).as(Files.readString(err[1])).isTrue();
    Files.delete(hold);

    assertThat(FakeCheckout.finish(first, err[0]).arguments()).contains("catalog");
    assertThat(FakeCheckout.finish(second, err[1]).arguments()).contains("tasks");
    assertThat(Files.readString(err[1])).contains("(process " + first.pid() + ",");
    assertThat(checkout.builds()).isEqualTo(1);
  }

  @Test
  void aKilledBuildLeavesNoHalfWrittenClasses() throws Exception {
    Path half = checkout.root.resolve("api/target/classes/Half.class");
    FakeCheckout.write(half, "");
    checkout.comporta("catalog").arguments();
    assertThat(half).exists();

    FakeCheckout.write(checkout.root.resolve("apps/cli/target/launcher/begun"), "killed\n");
    FakeCheckout.write(checkout.root.resolve("pom.xml"), "changed");
    checkout.comporta("catalog").arguments();
    assertThat(half).doesNotExist();
  }

  @Test
  void aTargetThatCannotBeWrittenIsOneSentence() throws Exception {
    FakeCheckout.write(checkout.root.resolve("apps/cli/target"), "in the way");

    Run run = checkout.comporta("catalog");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("Building Comporta"),
            line -> assertThat(line).contains("apps/cli/target/launcher cannot be written"));
    assertThat(checkout.root.resolve(".build/lock")).doesNotExist();
  }

  /** The Maven of this machine, on a JDK that prints what it is asked to run. */
  @Test
  void mavenTakesNothingFromAFolderAboveTheCheckout() throws Exception {
    FakeCheckout.write(folder.resolve(".mvn/jvm.config"), "-javaagent:evil.jar\n");
    Files.delete(checkout.tools().resolve("mvn"));
    Path below = checkout.root.resolve("api");
    checkout.set("MAVEN_BASEDIR", folder.toString());

    for (Path start : List.of(checkout.root, below, folder)) {
      assertThat(
              checkout.run(start, checkout.root.resolve("mvnw").toString(), "verify").arguments())
          .contains("-Dmaven.multiModuleProjectDirectory=" + checkout.root.toRealPath(), "verify")
          .noneMatch(argument -> argument.contains("evil"));
    }
    checkout.set("MAVEN_BASEDIR", null);
    assertThat(checkout.run(below, "mvn", "verify").arguments())
        .noneMatch(argument -> argument.contains("evil"));
    assertThat(checkout.root.resolve(".mvn/maven.config"))
        .hasContent("--strict-checksums\n--threads=2");
  }
}
