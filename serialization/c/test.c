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

/* The SHA-256 of some bytes. */
static void digest(const uint8_t *bytes, size_t n, uint8_t into[32]) {
  uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  size_t whole = (size_t)aligned(n + 9);
  uint8_t *tail = calloc(1, whole);
  if (!tail) abort();
  memcpy(tail, bytes, n);
  tail[n] = 0x80;
  for (size_t i = 0; i < 8; i++) tail[whole - 1 - i] = (uint8_t)((uint64_t)n * 8 >> 8 * i);
  for (size_t i = 0; i < whole; i += 64) sha256_block(h, tail + i);
  for (size_t i = 0; i < 32; i++) into[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
  free(tail);
}

/* Writes the SHA-256 at the end of a file: in format 1 of everything before it, else of all before the tensors. */
static void sign(uint8_t *bytes, size_t length) {
  size_t front = (size_t)aligned(HEADER + little(bytes + 12, 4));
  digest(bytes, bytes[8] == 1 ? length - CHECKSUM : front, bytes + length - CHECKSUM);
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

/* Every value of binary16, against its definition. */
static void halves(void) {
  for (uint32_t bits = 0; bits < 1 << 16; bits++) {
    int exponent = (int)(bits >> 10 & 0x1F);
    double fraction = (bits & 0x3FF) / 1024.0;
    double magnitude = exponent == 0x1F ? (fraction > 0 ? NAN : INFINITY)
                       : exponent       ? ldexp(1 + fraction, exponent - 15)
                                        : ldexp(fraction, -14);
    double expected = copysign(magnitude, bits & 0x8000 ? -1 : 1), got = (double)from_half(bits);
    bool same = isnan(expected) ? isnan(got) : got == expected && !signbit(got) == !signbit(expected);
    expect(same, "a value of binary16", bits);
  }
}

/* The values of the worked example of the format's description. */
static void worked_example(const uint8_t *bytes, size_t length) {
  static const float expected[] = {1, -2.5f, 127 / 64.0f, 2, 0, -1, -254, 0, 1, -0.0999755859375f, 65504, 3.140625f};
  char error[COMPORTA_ERROR_SIZE] = "";
  comporta_model *model = comporta_open_bytes(bytes, length, error);
  size_t n = 0;
  for (size_t i = 0; model && i < comporta_tensor_count(model); i++)
    for (size_t k = 0; k < comporta_tensor_at(model, i)->count; k++, n++)
      expect(n < 12 && comporta_tensor_at(model, i)->values[k] == expected[n], "a value of the worked example", n);
  expect(n == 12, error, n);
  comporta_close(model);
}

/* A scale that is NaN, negative or infinite, and bytes behind the scales, with all checksums repaired. */
static void scales(const uint8_t *bytes, size_t length) {
  static const uint32_t wrong[] = {0x7FC00000, 0xBF800000, 0x7F800000};
  size_t manifest = (size_t)little(bytes + 12, 4), start = (size_t)aligned(HEADER + manifest);
  uint8_t *forged = malloc(length + 128);
  if (!forged) abort();
  for (size_t i = 0; i < 4; i++) {
    uint8_t data[70 + CHECKSUM] = {0};
    memcpy(forged, bytes, length);
    put(forged + start + 64 + (i == 3 ? 12 : 4), i == 3 ? 1 : wrong[i]);
    memcpy(data, forged + start + 64, 70);
    for (size_t at = HEADER; at + 32 <= HEADER + manifest; at++) /* the digest of W, which is where it was */
      if (sha256_is(bytes + start + 64, 70, bytes + at)) digest(data, 70, forged + at);
    put(forged + 24, crc32(forged + HEADER, manifest));
    put(forged + 28, crc32(forged, 28));
    sign(forged, length);
    char error[COMPORTA_ERROR_SIZE] = "";
    comporta_model *model = comporta_open_bytes(forged, length, error);
    expect(!model && strstr(error, i == 3 ? "tensor 'W' has bytes other than 0" : "tensor 'W' has the scale "), error, i);
    comporta_close(model);
  }
  free(forged);
}

int main(int count, char **arguments) {
  halves();
  for (int i = 1; i < count; i++) {
    FILE *file = fopen(arguments[i], "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (!file || !bytes) return 1;
    size_t length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    expect(opens(bytes, length), "the intact file", 0);
    if (strstr(arguments[i], "model-format-2.bin")) {
      worked_example(bytes, length);
      scales(bytes, length);
    }
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
