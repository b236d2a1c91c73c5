// jshell -R--add-modules=jdk.incubator.vector --class-path ... serve.jsh
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.inference.*;
import java.nio.file.Path;

LoadedModel model = Models.load(Path.of(System.getProperty("model")));
GenerationSettings greedy = GenerationSettings.DEFAULT.withLength(20).withSampler(new Sampler(0, 0, 1));
String poem(String prompt) { return prompt + model.textGenerator().generate(prompt, greedy).text(); }
