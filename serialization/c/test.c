/* Damages model files in every way and expects one sentence for each; run it with sanitizers. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "comporta.c"

static int failures;

static void expect(bool good, const char *what, size_t where) {
  if (good) return;
  failures++;
  fprintf(stderr, "failed: %s at %zu\n", what, where);
}

/* Opens bytes in a block of their exact size, so that a sanitizer sees every read beyond them; runs what opens. */
static bool opens(const uint8_t *bytes, size_t length) {
  char error[COMPORTA_ERROR_SIZE] = "";
  uint8_t *copy = malloc(length ? length : 1);
  if (!copy) abort();
  memcpy(copy, bytes, length);
  comporta_model *model = comporta_open_bytes(copy, length, error);
  free(copy);
  comporta_stream *stream = model ? comporta_stream_open(model, error) : NULL;
  if (!stream && (!error[0] || strchr(error, '\n'))) expect(false, error[0] ? error : "no error", length);
  if (stream) {
    size_t inputs = comporta_input_size(stream);
    float *x = calloc(inputs + 1, sizeof *x);
    for (int t = 0; x && t < 3; t++) inputs ? comporta_step(stream, x) : comporta_step_id(stream, (size_t)t);
    free(x);
    comporta_stream_reset(stream);
  }
  comporta_stream_close(stream);
  comporta_close(model);
  return model != NULL;
}

/* Writes the SHA-256 at the end of a file. */
static void sign(uint8_t *bytes, size_t length) {
  uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t *tail = calloc(1, length + 128);
  if (!tail) abort();
  size_t n = length - CHECKSUM, whole = aligned(n + 9);
  memcpy(tail, bytes, n);
  tail[n] = 0x80;
  for (size_t i = 0; i < 8; i++) tail[whole - 1 - i] = (uint8_t)((uint64_t)n * 8 >> 8 * i);
  for (size_t i = 0; i < whole; i += 64) sha256_block(h, tail + i);
  for (size_t i = 0; i < 32; i++) bytes[n + i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
  free(tail);
}

static void put(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> 8 * i);
}

/* Changes bytes of the manifest and repairs all checksums around it: what an attacker would write. */
static void forge(const uint8_t *bytes, size_t length, size_t rounds) {
  size_t manifest = (size_t)little(bytes + 12, 4), opened_ones = 0;
  uint64_t random = 88172645463325252u;
  uint8_t *forged = malloc(length);
  if (!forged) abort();
  for (size_t round = 0; round < rounds; round++) {
    memcpy(forged, bytes, length);
    for (int change = 0; change < 1 + (int)(round % 3); change++) {
      random ^= random << 13, random ^= random >> 7, random ^= random << 17;
      forged[HEADER + random % manifest] = (uint8_t)(random >> 32);
    }
    put(forged + 24, crc32(forged + HEADER, manifest));
    put(forged + 28, crc32(forged, 28));
    sign(forged, length);
    opened_ones += opens(forged, length);
  }
  printf("%zu forged manifests, of which %zu are valid\n", rounds, opened_ones);
  free(forged);
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    FILE *file = fopen(arguments[i], "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (!file || !bytes) return 1;
    size_t length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    expect(opens(bytes, length), "the intact file", 0);
    for (size_t end = 0; end < length; end++) expect(!opens(bytes, end), "a truncated file", end);
    for (size_t at = 0; at < length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        bytes[at] ^= (uint8_t)(1 << bit);
        expect(!opens(bytes, length), "a flipped bit", at);
        bytes[at] ^= (uint8_t)(1 << bit);
      }
    }
    bytes[length] = 0;
    expect(!opens(bytes, length + 1), "an appended byte", length);
    printf("%s: %zu truncations, %zu flipped bits\n", arguments[i], length, 8 * length);
    forge(bytes, length, 5000);
    free(bytes);
  }
  printf(failures ? "%d failed\n" : "all damages were found\n", failures);
  return failures != 0;
}
