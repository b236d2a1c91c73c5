package dev.comporta.lessons.language;

import dev.comporta.api.tensor.RandomSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sentences of a small grammar whose probabilities are known. */
final class Sentences {
  private static final List<String> PEOPLE = List.of("matias", "the writer", "the reporter");
  private static final List<String> PETS = List.of("dog", "cat");

  /** What is done with how much of the time, in tenths. */
  private static final Map<String, Map<String, Integer>> OBJECTS = new LinkedHashMap<>();

  static {
    OBJECTS.put("drink", ordered("water", 5, "milk", 3, "beer", 2));
    OBJECTS.put("eat", ordered("bread", 6, "fish", 4));
    OBJECTS.put("read", ordered("books", 7, "newspapers", 3));
  }

  private Sentences() {}

  private static Map<String, Integer> ordered(Object... entries) {
    Map<String, Integer> map = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      map.put((String) entries[i], (Integer) entries[i + 1]);
    }
    return map;
  }

  /** All words. */
  static List<String> words() {
    List<String> words =
        new ArrayList<>(
            List.of(
                ".",
                "the",
                "matias",
                "writer",
                "reporter",
                "had",
                "a",
                "and",
                "he",
                "liked",
                "to"));
    words.addAll(PETS);
    OBJECTS.forEach((verb, objects) -> {
      words.add(verb);
      words.addAll(objects.keySet());
    });
    return words;
  }

  /** At least so many words. */
  static List<String> text(RandomSource random, int count) {
    List<String> text = new ArrayList<>();
    long n = 0;
    while (text.size() < count) {
      String person = PEOPLE.get((int) (PEOPLE.size() * random.uniform(n++)));
      String pet = PETS.get((int) (PETS.size() * random.uniform(n++)));
      List<String> verbs = List.copyOf(OBJECTS.keySet());
      String verb = verbs.get((int) (verbs.size() * random.uniform(n++)));
      int tenth = (int) (10 * random.uniform(n++));
      String object = "";
      for (Map.Entry<String, Integer> entry : objects(verb).entrySet()) {
        if (object.isEmpty() && tenth < entry.getValue()) {
          object = entry.getKey();
        }
        tenth -= entry.getValue();
      }
      boolean owner = random.uniform(n++) < 0.5;
      String sentence =
          owner
              ? person + " had a " + pet + " and he liked to " + verb + " " + object + " ."
              : person + " liked to " + verb + " " + object + " .";
      text.addAll(List.of(sentence.split(" ")));
    }
    return text;
  }

  /** The objects of a verb. */
  static Map<String, Integer> objects(String verb) {
    return OBJECTS.getOrDefault(verb, Map.of());
  }
}
