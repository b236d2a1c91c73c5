/*
 * Reads Comporta's model files (formats 1 and 2, docs/formats/model-file.md) and runs recurrent models one timestep at a time.
 *
 * C11; needs libc and libm. A file is untrusted input: everything is checked before it is used. Functions that can fail
 * write one sentence into `error`. A model never changes, so threads may share it; a stream belongs to one thread.
 */
#ifndef COMPORTA_H
#define COMPORTA_H

#include <stddef.h>
#include <stdint.h>

#define COMPORTA_ERROR_SIZE 512
#define COMPORTA_MAX_RANK 8

typedef struct comporta_model comporta_model;
typedef struct comporta_stream comporta_stream;

/* A text in the file: UTF-8, not terminated. Names have no control characters; tokens may. */
typedef struct {
  const char *text;
  size_t length;
} comporta_text;

/* A parameter: row-major, the last axis fastest; float32 whatever the file stores. */
typedef struct {
  comporta_text name;
  size_t rank;
  size_t shape[COMPORTA_MAX_RANK];
  size_t count;
  const float *values;
} comporta_tensor;

/* Opens a model or a checkpoint, whose training state is verified but not kept; NULL if it cannot be used. */
comporta_model *comporta_open(const char *path, char error[COMPORTA_ERROR_SIZE]);

/* The same for the bytes of a file, which are copied. */
comporta_model *comporta_open_bytes(const void *bytes, size_t length, char error[COMPORTA_ERROR_SIZE]);

/* Frees a model; its streams must have been closed. */
void comporta_close(comporta_model *model);

size_t comporta_tensor_count(const comporta_model *model);
const comporta_tensor *comporta_tensor_at(const comporta_model *model, size_t index);

/* The tensor of this name, or NULL. */
const comporta_tensor *comporta_find(const comporta_model *model, const char *name);

/* The tokens of the vocabulary of this name; 0 if there is none. */
size_t comporta_token_count(const comporta_model *model, const char *vocabulary);
comporta_text comporta_token(const comporta_model *model, const char *vocabulary, size_t id);

/* A metric, such as "validation_loss" or "mean of COLUMN"; NaN if there is none. */
double comporta_metric(const comporta_model *model, const char *name);

/*
 * Starts a sequence. Supported are: embedding, dropout (without effect), recurrent with lstm (all options) or gru,
 * dense, activation, softmax, layers' own lists in sequential, and pool-time with mode last, whose output at the last
 * timestep is the model's. Anything else is an error that names it.
 */
comporta_stream *comporta_stream_open(const comporta_model *model, char error[COMPORTA_ERROR_SIZE]);
void comporta_stream_close(comporta_stream *stream);

/* Returns to the start of a sequence. */
void comporta_stream_reset(comporta_stream *stream);

/* The number of features of an input, 0 if the inputs are ids; the number of outputs. */
size_t comporta_input_size(const comporta_stream *stream);
size_t comporta_output_size(const comporta_stream *stream);

/* One timestep: the outputs, valid until the next call; NULL if the model reads other inputs or has no such id. */
const float *comporta_step_id(comporta_stream *stream, size_t id);
const float *comporta_step(comporta_stream *stream, const float *features);

#endif
