package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredStories;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions are answered from the sentences that a model reads, alone and in a batch. */
class QuestionAnswererTest {
  private static final List<String> WORDS =
      List.of("<unk>", "<eos>", "where", "is", "ann", "bob", "in", "the", "hall", "yard");
  private static final List<String> ANSWERS = List.of("hall", "yard");
  private static final List<String> STORY =
      List.of("Ann is in the hall.", "BOB is in the yard!", "Zoe is in the hall, too.");

  private static StoredStories stories(int sentences) {
    return stories(sentences, 0);
  }

  private static StoredStories stories(int sentences, int questionWords) {
    return new StoredStories(WordVocabulary.ofTokens(WORDS), 5, sentences, 2, questionWords);
  }

  private static Spec spec(boolean attention) {
    return spec(attention, 5);
  }

  /** A model whose encoder makes a timestep of a number of words. */
  private static Spec spec(boolean attention, int window) {
    Spec embedding = Spec.of("embedding").with("vocabulary", WORDS.size()).with("size", 4);
    Spec decoder =
        Spec.of(attention ? "attention-decoder" : "decoder").with("cell", "gru").with("hidden", 6);
    return Spec.of("encoder-decoder")
        .with(
            "encoder",
            List.of(
                embedding,
                Spec.of("conv1d")
                    .with("filters", 6)
                    .with("width", window)
                    .with("stride", window)
                    .with("padding", "none"),
                Spec.of("bidirectional").with("cell", "gru").with("hidden", 3)))
        .with(
            "layers",
            List.of(
                embedding,
                decoder,
                Spec.of("pool-time"),
                Spec.of("dense").with("units", ANSWERS.size())));
  }

  private static LoadedModel model(Spec spec, List<String> answers, Map<String, Double> constants) {
    ModelFile plain = GoldenModels.fresh(spec, stories(2).stored(), StoredLabels.stored(answers));
    return LoadedModels.of(
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), constants));
  }

  private static LoadedModel model(int sentences) {
    return model(spec(true), ANSWERS, stories(sentences).constants());
  }

  @Test
  void sentencesAreReadAsTheyWereTrained() {
    assertThat(StoredStories.split("\"Ann's\" dog, (a 2nd) -- was there?"))
        .containsExactly("ann's", "dog", "a", "2nd", "was", "there");
    assertThat(stories(2).sentence("Is Ann in?")).containsExactly(3, 4, 6, 1, 1);
    assertThat(stories(2).sentence("the the the the the hall")).containsExactly(7, 7, 7, 7, 7);
    assertThat(stories(2).sentence("<eos> Zoe")).containsExactly(0, 0, 1, 1, 1);
    assertThat(stories(2).question("Where is Bob?")).containsExactly(2, 3, 5, 1, 1);
    assertThat(stories(2).read(STORY)).isEqualTo(STORY.subList(1, 3));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void marksOfLettersAreKeptAndLongWordsAreSplitInLinearTime() {
    assertThat(StoredStories.split("e\u0301te\u0301. \u0915\u0940!"))
        .containsExactly("e\u0301te\u0301", "\u0915\u0940");
    String word = "a" + "!".repeat(1_000_000) + "a";
    assertThat(StoredStories.split("..." + word + "?!")).containsExactly(word);
    assertThat(StoredStories.split("!".repeat(1_000_000))).isEmpty();
  }

  @Test
  void answersAreThoseOfTheNetwork() {
    LoadedModel model = model(2);
    assertThat(model.abilities()).containsExactly(ModelAbility.ANSWER);
    QuestionAnswerer answerer = model.questionAnswerer();
    StoryAnswer answer = answerer.answer(STORY, "Where is Bob?");
    Batch batch =
        Batch.ofSequences(List.of(new int[] {2, 3, 5, 1, 1}), 1)
            .source(Batch.ofSequences(List.of(new int[] {5, 3, 6, 7, 9, 0, 3, 6, 7, 8}), 1));
    float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
    double hall = 1 / (1 + Math.exp(logits[1] - logits[0]));
    int best = logits[0] >= logits[1] ? 0 : 1;
    assertThat(answer.answer().label()).isEqualTo(ANSWERS.get(best));
    assertThat(answer.answer().probability()).isEqualTo(best == 0 ? hall : 1 - hall, within(1e-6));
    assertThat(answer.sentences()).isEqualTo(STORY.subList(1, 3));
    assertThat(answer.steps()).containsExactly("where", "is", "bob", "<eos>", "<eos>");
    assertThat(answer.attention())
        .hasSize(5)
        .allSatisfy(weights -> {
          assertThat(weights).hasSize(2);
          assertThat(weights[0] + weights[1]).isEqualTo(1, within(1e-6f));
        });
    assertThat(answerer.answers()).isEqualTo(ANSWERS);
    assertThat(answerer.unknown("Is Zoe with Ann or zoe?")).containsExactly("zoe", "with", "or");
  }

  /** The ids are written out here: each sentence, then the question, cut or padded. */
  @Test
  void theQuestionIsReadAfterEachSentence() {
    LoadedModel model = model(spec(true, 9), ANSWERS, stories(2, 4).constants());
    QuestionAnswerer answerer = model.questionAnswerer();
    int[] bob = {2, 3, 5, 1, 1}; // where is bob, two hops
    int[] aboutBob = {5, 3, 6, 7, 9, 2, 3, 5, 1, 0, 3, 6, 7, 8, 2, 3, 5, 1};
    int[] ann = {3, 4, 6, 7, 9, 1, 1}; // is ann in the yard, two hops
    int[] aboutAnn = {5, 3, 6, 7, 9, 3, 4, 6, 7, 0, 3, 6, 7, 8, 3, 4, 6, 7};
    Map.of("Where is Bob?", List.of(bob, aboutBob), "Is Ann in the yard?", List.of(ann, aboutAnn))
        .forEach((question, ids) -> {
          Batch batch =
              Batch.ofSequences(List.of(ids.getFirst()), 1)
                  .source(Batch.ofSequences(List.of(ids.getLast()), 1));
          float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
          StoryAnswer answer = answerer.answer(STORY, question);
          double yard = 1 / (1 + Math.exp(logits[0] - logits[1]));
          double expected = answer.answer().label().equals("yard") ? yard : 1 - yard;
          assertThat(answer.answer().probability()).isEqualTo(expected, within(1e-6));
          assertThat(answer.attention())
              .hasSize(ids.getFirst().length)
              .allSatisfy(weights -> assertThat(weights).hasSize(2));
        });
  }

  @Test
  void filesOfEarlierVersionsHoldNoWordsOfTheQuestion() {
    Map<String, Double> earlier =
        Map.of(
            "words of a sentence", 5.0,
            "sentences of a story", 2.0,
            "timesteps after the question", 2.0);
    assertThat(model(spec(true), ANSWERS, earlier).questionAnswerer().answer(STORY, "Where?"))
        .usingRecursiveComparison()
        .isEqualTo(model(2).questionAnswerer().answer(STORY, "Where?"));
    Map<String, Double> wrong = new HashMap<>(earlier);
    wrong.put("words of the question after each sentence", 101.0);
    assertThatThrownBy(() -> model(spec(true), ANSWERS, wrong).questionAnswerer())
        .hasMessageContaining("expected a whole number from 0 to 100 as the words of the question");
  }

  @Test
  void aBatchHasTheBitsOfEachQuestion() {
    batchesHaveTheBitsOfEachQuestion(model(50));
    batchesHaveTheBitsOfEachQuestion(model(spec(true, 9), ANSWERS, stories(50, 4).constants()));
  }

  private static void batchesHaveTheBitsOfEachQuestion(LoadedModel model) {
    QuestionAnswerer answerer = model.questionAnswerer();
    List<StoryQuestion> questions = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      List<String> story = STORY.subList(0, 1 + i % 3);
      questions.add(new StoryQuestion(story, i % 2 == 0 ? "Is Ann in the yard?" : "Where is Bob?"));
    }
    List<Classification> all = answerer.answerAll(questions);
    assertThat(all).hasSize(150);
    for (int i = 0; i < 150; i += 7) {
      StoryQuestion question = questions.get(i);
      assertThat(all.get(i))
          .isEqualTo(answerer.answer(question.story(), question.question()).answer());
    }
    assertThat(answerer.answerAll(List.of())).isEmpty();
  }

  @Test
  void aModelWithoutAttentionAnswersToo() {
    StoryAnswer blind =
        model(spec(false), ANSWERS, stories(2).constants())
            .questionAnswerer()
            .answer(STORY, "Where?");
    assertThat(blind.attention()).isEmpty();
  }

  @Test
  void whatCannotBeUsedIsNamed() {
    QuestionAnswerer answerer = model(2).questionAnswerer();
    assertThatThrownBy(() -> answerer.answer(List.of(), "Where?"))
        .hasMessageContaining("expected a story of 1 sentence or more before the question");
    assertThatThrownBy(() -> answerer.answer(STORY, "?!"))
        .hasMessageContaining("expected a question of 1 word or more");
    assertThatThrownBy(
            () -> model(spec(true), List.of("x"), stories(2).constants()).questionAnswerer())
        .hasMessageContaining("an output for each of the 1 answers of");
    assertThatThrownBy(() -> model(spec(true), ANSWERS, Map.of()).questionAnswerer())
        .hasMessageContaining("expected a whole number from 1 to 100 as the words of a sentence");
    assertThatThrownBy(() ->
            model(
                    spec(true),
                    ANSWERS,
                    new StoredStories(WordVocabulary.ofTokens(WORDS), 4, 2, 1, 5).constants())
                .questionAnswerer())
        .hasMessageContaining("the encoder must make a timestep of every 9 words");
    LoadedModel other = LoadedModels.of(GoldenModels.fresh(GoldenModels.layers(2)));
    assertThatThrownBy(other::questionAnswerer)
        .hasMessageContaining("expected a model that answers questions but");
  }
}
