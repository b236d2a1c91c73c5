package dev.comporta.tasks.answering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.tasks.answering.Stories.Asked;
import dev.comporta.tensor.CounterRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The generated stories, read again by someone who knows nothing of how they were made. */
class WorldTest {
  private static final Set<String> MOVES = Set.of("went", "moved", "walked", "travelled");
  private static final List<String> NUMBERS = List.of("none", "one", "two", "three", "four");

  private static String generate(int stories, int seed) {
    return World.generate(stories, new CounterRandom(seed).stream("s"));
  }

  private static List<String> words(String sentence) {
    return List.of(sentence.replaceAll("[.?]", "").toLowerCase(Locale.ROOT).split(" "));
  }

  /** What follows from sentences, word by word. */
  private static final class Reading {
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, String> holders = new HashMap<>();
    private final Map<String, String> lies = new HashMap<>();

    Reading(List<String> facts) {
      for (String fact : facts) {
        List<String> words = words(fact);
        String person = words.getFirst();
        String last = words.getLast();
        String here = String.valueOf(places.get(person));
        if (MOVES.contains(words.get(1))) {
          places.put(person, last);
        } else if (words.get(1).equals("gave")) {
          assertThat(holders).containsEntry(words.get(3), person);
          assertThat(places.get(last)).isEqualTo(here);
          holders.put(words.get(3), last);
        } else if (Set.of("picked", "took", "got").contains(words.get(1))) {
          assertThat(holders).doesNotContainKey(last);
          assertThat(lies.getOrDefault(last, here)).isEqualTo(here);
          holders.put(last, person);
        } else {
          assertThat(holders.remove(last)).isEqualTo(person);
          lies.put(last, here);
        }
      }
    }

    @Nullable String answer(String question) {
      List<String> words = words(question);
      String last = words.getLast();
      return switch (words.getFirst()) {
        case "where" ->
            words.size() == 3
                ? places.get(last)
                : holders.containsKey(last) ? places.get(holders.get(last)) : lies.get(last);
        case "who" -> holders.getOrDefault(last, "nobody");
        case "how" ->
            NUMBERS.get((int) holders.values().stream().filter(words.get(4)::equals).count());
        default -> last.equals(places.get(words.get(1))) ? "yes" : "no";
      };
    }
  }

  @Test
  void answersFollowFromTheStories() {
    List<Asked> questions = Stories.of("s", generate(400, 1)).questions();
    assertThat(questions).hasSize(2000);
    for (Asked asked : questions) {
      List<String> before = asked.story().facts().subList(0, asked.question().before());
      assertThat(new Reading(before).answer(asked.question().text()))
          .as(before + " " + asked.question())
          .isEqualTo(asked.question().answer());
    }
  }

  /** The answers also follow from the supporting facts alone. */
  @Test
  void supportingFactsSuffice() {
    List<String> lines = new ArrayList<>();
    int places = 0;
    for (String line : generate(200, 2).split("\n")) {
      if (line.startsWith("1 ")) {
        lines.clear();
      }
      String[] cells = line.split("\t", -1);
      lines.add(cells[0].substring(cells[0].indexOf(' ') + 1));
      if (cells.length == 3 && cells[0].contains("Where is the")) {
        places++;
        String[] facts = cells[2].split(" ");
        assertThat(facts).hasSize(2);
        String carried = lines.get(Integer.parseInt(facts[0]) - 1);
        String moved = lines.get(Integer.parseInt(facts[1]) - 1);
        assertThat(words(carried)).contains(words(cells[0]).getLast());
        assertThat(words(moved)).contains(cells[1]);
        assertThat(words(carried)).contains(words(moved).getFirst()); // the same person
      }
    }
    assertThat(places).isGreaterThan(100);
  }

  @Test
  void kindsAreBalancedAndStoriesRepeatable() {
    assertThat(generate(50, 3)).isEqualTo(generate(50, 3)).isNotEqualTo(generate(50, 4));
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (Asked asked : Stories.of("s", generate(2000, 5)).questions()) {
      counts
          .computeIfAbsent(words(asked.question().text()).getFirst(), _ -> new TreeMap<>())
          .merge(asked.question().answer(), 1, Integer::sum);
    }
    assertThat(counts.keySet()).containsExactly("how", "is", "where", "who");
    double yes = counts.get("is").get("yes");
    assertThat(yes / (yes + counts.get("is").get("no"))).isBetween(0.45, 0.65);
    double all = counts.get("how").values().stream().mapToInt(it -> it).sum();
    assertThat(counts.get("how").get("none") / all).isLessThan(0.75);
    assertThat(counts.get("where")).hasSize(6);
  }
}
