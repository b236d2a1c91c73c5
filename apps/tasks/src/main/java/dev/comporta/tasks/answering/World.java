package dev.comporta.tasks.answering;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A small simulated world: people go to places, pick up objects, put them down and give them to
 * each other. A story tells what happens, and asks questions whose answers follow from it: where a
 * person is (one supporting fact), where an object is (two), who has an object, how many objects a
 * person carries, and whether a person is in a place.
 */
final class World {
  private static final List<String> PERSONS = List.of("Mary", "John", "Sandra", "Daniel");
  private static final List<String> PLACES =
      List.of("kitchen", "garden", "office", "bathroom", "hallway", "bedroom");
  private static final List<String> OBJECTS = List.of("apple", "football", "milk", "book");
  private static final List<String> NUMBERS = List.of("none", "one", "two", "three", "four");
  private static final List<String> GO = List.of("went", "moved", "walked", "travelled");
  private static final List<String> TAKE = List.of("picked up", "took", "got");
  private static final List<String> DROP = List.of("dropped", "put down", "left");
  private static final int QUESTIONS = 5;
  private static final int NOBODY = -1;

  private final RandomSource random;
  private long draws;
  private final StringBuilder text = new StringBuilder();
  private int line;

  /** The place of each person, or null before it is mentioned; and the line that mentions it. */
  private final @Nullable String[] places = new @Nullable String[PERSONS.size()];

  private final int[] moved = new int[PERSONS.size()];

  /** Who has each object. */
  private final int[] holders = IntStream.range(0, OBJECTS.size()).map(_ -> NOBODY).toArray();

  /** Where each object lies if nobody has it, or null; and the line that tells its place. */
  private final @Nullable String[] lies = new @Nullable String[OBJECTS.size()];

  private final int[] laid = new int[OBJECTS.size()];

  /** The last line that mentions each object; 0 for none. */
  private final int[] touched = new int[OBJECTS.size()];

  /** The lines in which each person takes, gets, puts down or gives away something. */
  private final List<TreeSet<Integer>> handled =
      IntStream.range(0, PERSONS.size()).mapToObj(_ -> new TreeSet<Integer>()).toList();

  private World(RandomSource random) {
    this.random = random;
  }

  /** Stories in the format of bAbI, each a pure function of the stream and its index. */
  static String generate(int stories, RandomSource random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < stories; i++) {
      text.append(new World(random.stream(i)).story());
    }
    return text.toString();
  }

  private String story() {
    for (int question = 0; question < QUESTIONS; question++) {
      int facts = 2 + below(2);
      for (int i = 0; i < facts; i++) {
        happen();
      }
      ask();
    }
    return text.toString();
  }

  private int below(int bound) {
    return random.below(bound, draws++);
  }

  private <T> T one(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** The indices up to a bound with a property. */
  private static List<Integer> those(int count, IntPredicate property) {
    return IntStream.range(0, count).filter(property).boxed().toList();
  }

  private int tell(String sentence) {
    line++;
    text.append(formatted("%d %s.\n", line, sentence));
    return line;
  }

  /** A random person does something, or goes somewhere if nothing else is possible. */
  private void happen() {
    int person = below(PERSONS.size());
    String place = places[person];
    List<Integer> within =
        those(OBJECTS.size(), it -> holders[it] == NOBODY && isNear(lies[it], place));
    List<Integer> own = those(OBJECTS.size(), it -> holders[it] == person);
    List<Integer> others =
        those(PERSONS.size(), it -> it != person && place != null && place.equals(places[it]));
    int action = place == null ? 0 : below(8);
    if (action >= 3 && action < 6 && !within.isEmpty()) {
      take(person, one(within));
    } else if (action == 6 && !own.isEmpty()) {
      drop(person, one(own));
    } else if (action == 7 && !own.isEmpty() && !others.isEmpty()) {
      give(person, one(own), one(others));
    } else {
      go(person);
    }
  }

  /** Objects that were not mentioned yet may be anywhere. */
  private static boolean isNear(@Nullable String lies, @Nullable String place) {
    return lies == null || lies.equals(place);
  }

  private void go(int person) {
    String place = one(PLACES.stream().filter(it -> !it.equals(places[person])).toList());
    places[person] = place;
    moved[person] = tell(formatted("%s %s to the %s", PERSONS.get(person), one(GO), place));
  }

  private void take(int person, int object) {
    int told = tell(formatted("%s %s the %s", PERSONS.get(person), one(TAKE), OBJECTS.get(object)));
    holders[object] = person;
    touched[object] = told;
    handled.get(person).add(told);
  }

  private void drop(int person, int object) {
    int told = tell(formatted("%s %s the %s", PERSONS.get(person), one(DROP), OBJECTS.get(object)));
    holders[object] = NOBODY;
    lies[object] = places[person];
    laid[object] = moved[person];
    touched[object] = told;
    handled.get(person).add(told);
  }

  private void give(int person, int object, int other) {
    int told =
        tell(
            formatted(
                "%s gave the %s to %s",
                PERSONS.get(person), OBJECTS.get(object), PERSONS.get(other)));
    holders[object] = other;
    touched[object] = told;
    handled.get(person).add(told);
    handled.get(other).add(told);
  }

  /** Asks a question of a random kind that can be asked now. */
  private void ask() {
    List<Integer> known = those(PERSONS.size(), it -> places[it] != null);
    List<Integer> told = those(OBJECTS.size(), it -> touched[it] > 0);
    int kind = below(5);
    switch (told.isEmpty() && (kind == 1 || kind == 2) ? 3 * below(2) : kind) {
      case 0 -> {
        int person = one(known);
        question(
            formatted("Where is %s?", PERSONS.get(person)),
            String.valueOf(places[person]),
            moved[person]);
      }
      case 1 -> {
        int object = one(told);
        int holder = holders[object];
        question(
            formatted("Where is the %s?", OBJECTS.get(object)),
            String.valueOf(holder == NOBODY ? lies[object] : places[holder]),
            touched[object],
            holder == NOBODY ? laid[object] : moved[holder]);
      }
      case 2 -> {
        int object = one(told);
        int holder = holders[object];
        question(
            formatted("Who has the %s?", OBJECTS.get(object)),
            holder == NOBODY ? "nobody" : PERSONS.get(holder).toLowerCase(Locale.ROOT),
            touched[object]);
      }
      case 3 -> count(known);
      default -> {
        int person = one(known);
        String place = below(2) == 0 ? places[person] : one(PLACES);
        question(
            formatted("Is %s in the %s?", PERSONS.get(person), place),
            place != null && place.equals(places[person]) ? "yes" : "no",
            moved[person]);
      }
    }
  }

  /** Asks how many objects a person carries; all numbers that occur now are equally likely. */
  private void count(List<Integer> persons) {
    List<Integer> numbers = persons.stream().map(this::carried).distinct().sorted().toList();
    int number = one(numbers);
    int person = one(persons.stream().filter(it -> carried(it) == number).toList());
    question(
        formatted("How many objects does %s carry?", PERSONS.get(person)),
        NUMBERS.get(number),
        handled.get(person).stream().mapToInt(it -> it).toArray());
  }

  private int carried(int person) {
    return those(OBJECTS.size(), it -> holders[it] == person).size();
  }

  private void question(String question, String answer, int... supporting) {
    line++;
    List<String> lines = new ArrayList<>();
    for (int fact : supporting) {
      lines.add(String.valueOf(fact));
    }
    text.append(formatted("%d %s\t%s\t%s\n", line, question, answer, String.join(" ", lines)));
  }
}
