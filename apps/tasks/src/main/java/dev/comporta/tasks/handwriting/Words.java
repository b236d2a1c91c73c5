package dev.comporta.tasks.handwriting;

import dev.comporta.api.tensor.RandomSource;
import dev.comporta.tasks.captions.Draws;
import dev.comporta.tensor.CounterRandom;
import java.util.List;

/** Words to write: English ones, and letters at random, so that a reader does not rely on words. */
final class Words {
  private static final int SHORTEST = 2;
  private static final int LONGEST = 8;
  private static final RandomSource SHARES = new CounterRandom(0).stream("shares of handwriting");

  /** One in so many words is held out. */
  private static final int TENTH = 10;

  private static final List<String> ENGLISH =
      List.of(
          """
          the and you that was for are with his they this have from one had word but not what all
          were when your can said there use each which she how their will other about out many then
          them these some her would make like him into time has look two more write see number way
          could people than first water been call who oil its now find long down day did get come
          made may part over new sound take only little work know place year live back give most
          very after thing our just name good sentence man think say great where help through much
          before line right too mean old any same tell boy follow came want show also around form
          three small set put end does another well large must big even such because turn here why
          ask went men read need land different home us move try kind hand picture again change off
          play spell air away animal house point page letter mother answer found study still learn
          should world high every near add food between own below country plant last school father
          keep tree never start city earth eye light thought head under story saw left few while
          along might close something seem next hard open example begin life always those both
          paper together got group often run important until children side feet car mile night walk
          white sea began grow took river four carry state once book hear stop without second later
          miss idea enough eat face watch far really almost let above girl mountain cut young talk
          soon list song being leave family body music color stand sun question fish area mark dog
          horse birds problem complete room knew since ever piece told usually friends easy heard
          order red door sure become top ship across today during short better best however low
          hours black products happened whole measure remember early waves reached listen wind rock
          space covered fast several hold himself toward five step morning passed vowel true
          hundred against pattern table north slowly money map farm pulled draw voice seen cold
          cried plan notice south sing war ground fall king town unit figure certain field travel
          wood fire upon quick jump lazy quiz zebra fox box mix taxi juice major object joke quite
          quiet square queen zero size prize lizard
          """
              .strip()
              .split("\\s+"));

  private Words() {}

  /** All English words of the list. */
  static List<String> english() {
    return ENGLISH;
  }

  /** Whether a word is held out: such a word is not trained on, whoever writes it. */
  static boolean isHeldOut(String word) {
    return SHARES.stream(word).below(TENTH, 0) == 0;
  }

  /** A word that is held out, or one that is not: as often an English one as any letters. */
  static String word(RandomSource random, boolean heldOut) {
    Draws draws = new Draws(random);
    while (true) {
      String word = draws.below(2) == 0 ? draws.of(ENGLISH) : letters(draws);
      if (isHeldOut(word) == heldOut) {
        return word;
      }
    }
  }

  private static String letters(Draws draws) {
    int length = SHORTEST + draws.below(LONGEST - SHORTEST + 1);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(draws.of(StrokeFont.letters()));
    }
    return word.toString();
  }
}
