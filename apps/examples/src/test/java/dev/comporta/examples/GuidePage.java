package dev.comporta.examples;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the guide with its generated fenced blocks.
 *
 * @param lines the lines of the page
 * @param blocks the generated blocks in the order of the page
 */
record GuidePage(List<String> lines, List<Block> blocks) {
  private static final Pattern MARK =
      Pattern.compile("<!-- (java|output): ([^\\s#]+)(?:#(\\S+))? -->");
  private static final String FENCE = "```";

  /** The source of a block's content. */
  sealed interface Source {
    /**
     * The expected content of the block.
     *
     * @param root the root of the repository
     */
    List<String> lines(Path root) throws Exception;

    /**
     * A region of a source file between {@code // @start region="NAME"} and {@code // @end
     * region="NAME"}, without its indentation.
     *
     * @param file the path of the file, relative to the root of the repository
     * @param region the name of the region
     */
    record Region(String file, String region) implements Source {
      @Override
      public List<String> lines(Path root) throws IOException {
        List<String> all = Files.readAllLines(root.resolve(file));
        List<String> found = new ArrayList<>();
        boolean inside = false;
        boolean seen = false;
        for (String line : all) {
          String text = line.strip();
          if (text.equals("// @end region=\"" + region + "\"")) {
            inside = false;
          } else if (text.equals("// @start region=\"" + region + "\"")) {
            inside = true;
            seen = true;
          } else if (inside && !text.startsWith("// @start ") && !text.startsWith("// @end")) {
            found.add(line);
          }
        }
        if (!seen || inside) {
          throw new IllegalStateException(
              "%s has no complete region \"%s\"; expected // @start region=\"%s\" and // @end region=\"%s\""
                  .formatted(file, region, region, region));
        }
        return String.join("\n", found).stripIndent().lines().toList();
      }
    }

    /** A block of Java without a source. */
    record Unmarked() implements Source {
      @Override
      public List<String> lines(Path root) {
        throw new IllegalStateException(
            "expected a line <!-- java: FILE#REGION --> above a block of Java but found none");
      }
    }

    /**
     * The standard output of a program.
     *
     * @param program the name of its class
     */
    record Output(String program) implements Source {
      @Override
      public List<String> lines(Path root) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
          System.setOut(out);
          Class.forName(program)
              .getMethod("main", String[].class)
              .invoke(null, (Object) new String[0]);
        } finally {
          System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
      }
    }
  }

  /**
   * A fenced block.
   *
   * @param line the line of the page with the opening fence, counted from 1
   * @param source the source of the content
   * @param content the lines
   */
  record Block(int line, Source source, List<String> content) {
    Block with(List<String> other) {
      return new Block(line, source, other);
    }
  }

  static GuidePage read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).startsWith(FENCE)) {
        continue;
      }
      int end = i + 1;
      while (end < lines.size() && !lines.get(end).equals(FENCE)) {
        end++;
      }
      Matcher mark = MARK.matcher(i == 0 ? "" : lines.get(i - 1));
      boolean java = lines.get(i).equals(FENCE + "java");
      List<String> content = List.copyOf(lines.subList(i + 1, Math.min(end, lines.size())));
      if (mark.matches()) {
        Source source =
            mark.group(1).equals("java")
                ? new Source.Region(mark.group(2), String.valueOf(mark.group(3)))
                : new Source.Output(mark.group(2));
        blocks.add(new Block(i + 1, source, content));
      } else if (java) {
        blocks.add(new Block(i + 1, new Source.Unmarked(), content));
      }
      i = end;
    }
    return new GuidePage(lines, List.copyOf(blocks));
  }

  /** The text of the page with the contents of its blocks replaced. */
  String with(List<Block> others) {
    List<String> result = new ArrayList<>(lines);
    for (int i = blocks.size() - 1; i >= 0; i--) {
      int from = blocks.get(i).line();
      List<String> old = result.subList(from, from + blocks.get(i).content().size());
      old.clear();
      old.addAll(others.get(i).content());
    }
    return String.join("\n", result) + "\n";
  }
}
