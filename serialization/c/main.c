/* comporta-c: shows a model file, or runs it on ids or numbers from standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comporta.h"

static void inspect(const comporta_model *model) {
  for (size_t i = 0; i < comporta_tensor_count(model); i++) {
    const comporta_tensor *t = comporta_tensor_at(model, i);
    printf("%.*s [", (int)t->name.length, t->name.text);
    for (size_t axis = 0; axis < t->rank; axis++) printf(axis ? ", %zu" : "%zu", t->shape[axis]);
    printf("]");
    for (size_t k = 0; k < t->count && k < 4; k++) printf(" %.9g", (double)t->values[k]);
    puts(t->count > 4 ? " ..." : "");
  }
}

/* Reads one timestep after the other, ids or numbers, and prints the outputs of each in a line. */
static int run(comporta_stream *stream) {
  size_t inputs = comporta_input_size(stream), outputs = comporta_output_size(stream);
  float *features = malloc((inputs + 1) * sizeof *features);
  if (!features) return 1;
  for (;;) {
    const float *y = NULL;
    size_t id, n = 0;
    if (inputs == 0) {
      if (scanf("%zu", &id) != 1) break;
      y = comporta_step_id(stream, id);
    } else {
      while (n < inputs && scanf("%f", features + n) == 1) n++;
      if (n < inputs) break;
      y = comporta_step(stream, features);
    }
    if (!y) {
      fputs("expected an id of the vocabulary\n", stderr);
      break;
    }
    for (size_t k = 0; k < outputs; k++) printf(k ? " %.9g" : "%.9g", (double)y[k]);
    putchar('\n');
  }
  free(features);
  return feof(stdin) ? 0 : 2;
}

int main(int count, char **arguments) {
  char error[COMPORTA_ERROR_SIZE];
  if (count != 3 || (strcmp(arguments[1], "inspect") != 0 && strcmp(arguments[1], "run") != 0)) {
    fputs("usage: comporta-c inspect FILE, or comporta-c run FILE with ids or numbers on standard input\n", stderr);
    return 2;
  }
  comporta_model *model = comporta_open(arguments[2], error);
  if (model && strcmp(arguments[1], "inspect") == 0) {
    inspect(model);
    comporta_close(model);
    return 0;
  }
  comporta_stream *stream = model ? comporta_stream_open(model, error) : NULL;
  int result = 2;
  if (stream)
    result = run(stream);
  else
    fprintf(stderr, "%s cannot be used: %s\n", arguments[2], error);
  comporta_stream_close(stream);
  comporta_close(model);
  return result;
}
