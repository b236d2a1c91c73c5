#include "comporta.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 32, CHECKSUM = 32, ALIGNMENT = 64, FORMAT = 2, MOST_NAME = 1024, MOST_NESTING = 24 };
static const size_t MOST_MANIFEST = (size_t)16 << 20, MOST_TENSORS = 1 << 16, LARGEST_SIZE = 1 << 24;
static const uint64_t MOST_MESSAGES = 1 << 18, MOST_FIELDS = 1 << 22, MOST_ELEMENTS = 2147483583;

/* Writes a message and returns false, so that a check can end with it. */
#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static bool fail(char *error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error, COMPORTA_ERROR_SIZE, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- Bytes ---- */

typedef struct {
  const uint8_t *at, *end;
} span;

static size_t size_of(span s) { return (size_t)(s.end - s.at); }

static bool is_text(span s, const char *text) {
  return size_of(s) == strlen(text) && (s.at == s.end || memcmp(s.at, text, size_of(s)) == 0);
}

/* For "%.*s": the start of a name that is known to be printable. */
#define SHOWN(s) (int)(size_of(s) < 80 ? size_of(s) : 80), (const char *)(s).at

static uint64_t little(const uint8_t *at, int bytes) {
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | at[i];
  return value;
}

static uint64_t aligned(uint64_t position) { return (position + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }

static bool all_zero(const uint8_t *at, const uint8_t *end) {
  while (at < end)
    if (*at++) return false;
  return true;
}

static uint32_t crc32(const uint8_t *at, size_t length) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < length; i++) {
    crc ^= at[i];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1)));
  }
  return ~crc;
}

static uint32_t rotated(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void sha256_block(uint32_t h[8], const uint8_t *block) {
  static const uint32_t k[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
      0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
      0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
      0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
      0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
      0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
      0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
      0xc67178f2};
  uint32_t w[64], s[8];
  for (int i = 0; i < 16; i++)
    w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
           block[4 * i + 3];
  for (int i = 16; i < 64; i++)
    w[i] = w[i - 16] + w[i - 7] + (rotated(w[i - 15], 7) ^ rotated(w[i - 15], 18) ^ w[i - 15] >> 3) +
           (rotated(w[i - 2], 17) ^ rotated(w[i - 2], 19) ^ w[i - 2] >> 10);
  memcpy(s, h, sizeof s);
  for (int i = 0; i < 64; i++) {
    uint32_t one = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25)) +
                   ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[i] + w[i];
    uint32_t two = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22)) +
                   ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += one;
    s[0] = one + two;
  }
  for (int i = 0; i < 8; i++) h[i] += s[i];
}

static bool sha256_is(const uint8_t *at, size_t length, const uint8_t expected[32]) {
  uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  uint8_t tail[128] = {0};
  size_t whole = length / 64 * 64, rest = length - whole, blocks = rest < 56 ? 1 : 2;
  for (size_t i = 0; i < whole; i += 64) sha256_block(h, at + i);
  if (rest) memcpy(tail, at + whole, rest);
  tail[rest] = 0x80;
  for (int i = 0; i < 8; i++) tail[64 * blocks - 1 - (size_t)i] = (uint8_t)((uint64_t)length * 8 >> 8 * i);
  for (size_t i = 0; i < blocks; i++) sha256_block(h, tail + 64 * i);
  for (int i = 0; i < 32; i++)
    if (expected[i] != (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)))) return false;
  return true;
}

/* The next character of UTF-8, or -1 if it is malformed. */
static int32_t character(span *s) {
  uint8_t first = *s->at++;
  int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
  int32_t c = more == 0 ? first : more > 0 ? first & (0x3F >> more) : -1;
  if (more < 0 || (size_t)more > size_of(*s)) return -1;
  for (int i = 0; i < more; i++, s->at++) {
    if ((*s->at & 0xC0) != 0x80) return -1;
    c = c << 6 | (*s->at & 0x3F);
  }
  bool valid = (more < 2 || c >= (more == 2 ? 0x800 : 0x10000)) && (c < 0xD800 || c > 0xDFFF) && c <= 0x10FFFF;
  return valid ? c : -1;
}

/* Control characters, format characters, line and paragraph separators: what disturbs a terminal. */
static bool is_unprintable(int32_t c) {
  static const int32_t ranges[][2] = {
      {0, 0x1F},          {0x7F, 0x9F},       {0xAD, 0xAD},       {0x600, 0x605},     {0x61C, 0x61C},
      {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},     {0x8E2, 0x8E2},     {0x180E, 0x180E},
      {0x200B, 0x200F},   {0x2028, 0x202E},   {0x2060, 0x2064},   {0x2066, 0x206F},   {0xFEFF, 0xFEFF},
      {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD}, {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3},
      {0x1D173, 0x1D17A}, {0xE0001, 0xE0001}, {0xE0020, 0xE007F}};
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
  return false;
}

static bool is_utf8(span s) {
  while (s.at < s.end)
    if (character(&s) < 0) return false;
  return true;
}

static bool is_name(span s) {
  size_t units = 0;
  while (s.at < s.end && units <= MOST_NAME) {
    int32_t c = character(&s);
    if (c < 0 || is_unprintable(c)) return false;
    units += c > 0xFFFF ? 2 : 1;
  }
  return units >= 1 && units <= MOST_NAME;
}

/* ---- Protobuf ---- */

enum kind { NUMBER, REAL, TEXT, DATA, MESSAGE };

struct message;

struct field {
  unsigned number;
  enum kind kind;
  bool repeated;
  const struct message *inner;
};

struct message {
  const char *name;
  bool one_of; /* has exactly one of its fields */
  struct field fields[8];
};

static const struct message VALUE, TENSOR;

static const struct message OPTION = {"Option", false, {{1, TEXT, 0, 0}, {2, MESSAGE, 0, &VALUE}}};
static const struct message SPEC = {"Spec", false, {{1, TEXT, 0, 0}, {2, MESSAGE, 1, &OPTION}}};
static const struct message LIST = {"ValueList", false, {{1, MESSAGE, 1, &VALUE}}};
static const struct message VALUE = {
    "Value",
    true,
    {{1, TEXT, 0, 0},
     {2, NUMBER, 0, 0},
     {3, NUMBER, 0, 0},
     {4, REAL, 0, 0},
     {5, MESSAGE, 0, &SPEC},
     {6, MESSAGE, 0, &LIST}}};
static const struct message TENSOR = {
    "Tensor",
    false,
    {{1, TEXT, 0, 0},
     {2, NUMBER, 0, 0},
     {3, NUMBER, 1, 0},
     {4, NUMBER, 0, 0},
     {5, NUMBER, 0, 0},
     {6, DATA, 0, 0},
     {7, NUMBER, 0, 0}}};
static const struct message VOCABULARY = {"Vocabulary", false, {{1, TEXT, 0, 0}, {2, TEXT, 0, 0}, {3, TEXT, 1, 0}}};
static const struct message PROVIDER = {
    "Provider", false, {{1, TEXT, 0, 0}, {2, TEXT, 0, 0}, {3, TEXT, 0, 0}, {4, TEXT, 0, 0}}};
static const struct message PROVENANCE = {
    "Provenance",
    false,
    {{1, TEXT, 0, 0},
     {2, TEXT, 0, 0},
     {3, NUMBER, 0, 0},
     {4, TEXT, 0, 0},
     {5, DATA, 0, 0},
     {6, MESSAGE, 0, &SPEC},
     {7, NUMBER, 0, 0},
     {8, MESSAGE, 1, &PROVIDER}}};
static const struct message METRIC = {"Metric", false, {{1, TEXT, 0, 0}, {2, REAL, 0, 0}}};
static const struct message TRAINING = {
    "TrainingState", false, {{1, MESSAGE, 0, &SPEC}, {2, MESSAGE, 1, &TENSOR}, {3, MESSAGE, 1, &TENSOR}}};
static const struct message MANIFEST = {
    "Manifest",
    false,
    {{1, TEXT, 0, 0},
     {2, MESSAGE, 0, &SPEC},
     {3, MESSAGE, 1, &TENSOR},
     {4, MESSAGE, 1, &VOCABULARY},
     {5, MESSAGE, 0, &PROVENANCE},
     {6, MESSAGE, 1, &METRIC},
     {7, MESSAGE, 0, &TRAINING}}};

/* A field as it is in the bytes. */
typedef struct {
  uint64_t number;
  unsigned wire;
  uint64_t value; /* of wire types 0 and 1 */
  span content;   /* of wire type 2 */
} entry;

static bool varint(span *s, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 70 && s->at < s->end; shift += 7) {
    uint8_t byte = *s->at++;
    if (shift < 64) *value |= (uint64_t)(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

/* Takes the next field; false at the end, or if what is left is no field. */
static bool next(span *s, entry *e) {
  uint64_t tag;
  if (s->at == s->end || !varint(s, &tag)) return false;
  e->number = tag >> 3;
  e->wire = (unsigned)(tag & 7);
  if (e->wire == 0) return varint(s, &e->value);
  uint64_t size = 8;
  if ((e->wire != 1 && e->wire != 2) || (e->wire == 2 && !varint(s, &size)) || size > size_of(*s)) return false;
  e->content = (span){s->at, s->at + size};
  if (e->wire == 1) e->value = little(s->at, 8);
  s->at += size;
  return true;
}

/* The next field of this number. */
static bool next_of(span *s, unsigned number, entry *e) {
  while (next(s, e))
    if (e->number == number) return true;
  return false;
}

/* The only field of this number; a zero entry if there is none. */
static entry get(span message, unsigned number) {
  entry e = {0};
  if (!next_of(&message, number, &e)) memset(&e, 0, sizeof e);
  return e;
}

static span get_span(span message, unsigned number) { return get(message, number).content; }

struct counts {
  uint64_t messages, fields, tokens, format;
};

/* Whether a field is not in format 1. */
static bool is_newer(const struct message *type, uint64_t number) {
  return (type == &TENSOR && number == 7) || (type == &PROVENANCE && number == 8);
}

/* Checks what a parser relies on: known fields of the right type, singular ones once, valid UTF-8, bounded sizes. */
static bool scan(span s, const struct message *type, int depth, struct counts *counts, char *error) {
  unsigned seen = 0;
  while (s.at < s.end) {
    entry e;
    if (!next(&s, &e)) return fail(error, "its manifest is not a valid protobuf message (in a %s)", type->name);
    const struct field *f = type->fields;
    while (f < type->fields + 8 && f->number && f->number != e.number) f++;
    bool known = f < type->fields + 8 && f->number;
    unsigned wire = !known ? 9 : f->kind == NUMBER ? 0 : f->kind == REAL ? 1 : 2;
    bool packed = known && f->kind == NUMBER && f->repeated && e.wire == 2;
    if ((e.wire != wire && !packed) || (counts->format < 2 && is_newer(type, e.number)))
      return fail(error, "its manifest has a field %llu in a %s that format %u does not have",
                  (unsigned long long)e.number, type->name, (unsigned)counts->format);
    unsigned bit = 1u << (type->one_of ? 0 : f->number);
    if (!f->repeated && seen & bit) return fail(error, "its manifest has a field twice in a %s", type->name);
    seen |= bit;
    if (++counts->fields > MOST_FIELDS) return fail(error, "its manifest has too many fields");
    uint64_t ignored;
    for (span p = e.content; packed && p.at < p.end;)
      if (!varint(&p, &ignored)) return fail(error, "its manifest has a damaged shape");
    if (f->kind == TEXT && !is_utf8(e.content)) return fail(error, "its manifest has text that is not UTF-8");
    if (f->kind == TEXT && f->repeated) counts->tokens++;
    if (f->kind != MESSAGE) continue;
    if (++counts->messages > MOST_MESSAGES || depth == 96) return fail(error, "its manifest has too many messages");
    if (!scan(e.content, f->inner, depth + 1, counts, error)) return false;
  }
  return !type->one_of || seen || fail(error, "its manifest has an option without a value");
}

/* ---- The manifest ---- */

static int by_content(const void *a, const void *b) {
  span x = *(const span *)a, y = *(const span *)b;
  size_t least = size_of(x) < size_of(y) ? size_of(x) : size_of(y);
  int order = least ? memcmp(x.at, y.at, least) : 0;
  return order ? order : (size_of(x) > size_of(y)) - (size_of(x) < size_of(y));
}

static size_t count_of(span message, unsigned number) {
  size_t count = 0;
  for (entry e; next_of(&message, number, &e);) count++;
  return count;
}

/* Checks that texts, or names of messages, in one or two repeated fields are different, and that names are names. */
static bool distinct(span message, unsigned number, unsigned second, bool names, const char *what, char *error) {
  size_t count = count_of(message, number) + (second ? count_of(message, second) : 0), n = 0;
  span *all = malloc((count + 1) * sizeof *all);
  if (!all) return fail(error, "there is not enough memory for it");
  bool good = true;
  for (int list = 0; list < 2; list++) {
    span rest = message;
    for (entry e; n < count && next_of(&rest, list ? second : number, &e);) {
      all[n] = names ? get_span(e.content, 1) : e.content;
      good = good && (!names || is_name(all[n]));
      n++;
    }
  }
  if (!good) fail(error, "expected the name of %s to have 1 to 1024 printable characters", what);
  qsort(all, n, sizeof *all, by_content);
  for (size_t i = 1; good && i < n; i++)
    if (by_content(all + i - 1, all + i) == 0) good = fail(error, "it has the same %s twice", what);
  free(all);
  return good;
}

/* Orders providers by kind and name. */
static int by_provider(const void *a, const void *b) {
  span x = *(const span *)a, y = *(const span *)b, kind_x = get_span(x, 1), kind_y = get_span(y, 1);
  int order = by_content(&kind_x, &kind_y);
  span name_x = get_span(x, 2), name_y = get_span(y, 2);
  return order ? order : by_content(&name_x, &name_y);
}

static bool distinct_providers(span provenance, char *error) {
  size_t count = count_of(provenance, 8), n = 0;
  span *all = malloc((count + 1) * sizeof *all);
  if (!all) return fail(error, "there is not enough memory for it");
  bool good = true;
  for (entry e; n < count && next_of(&provenance, 8, &e);) {
    all[n++] = e.content;
    if (!is_name(get_span(e.content, 1)) || !is_name(get_span(e.content, 2)))
      good = fail(error, "expected a provider to have a kind and a name of 1 to 1024 printable characters");
  }
  qsort(all, n, sizeof *all, by_provider);
  for (size_t i = 1; good && i < n; i++)
    if (by_provider(all + i - 1, all + i) == 0) good = fail(error, "it has the same provider twice");
  free(all);
  return good;
}

static bool check_value(span value, int nesting, char *error);

static bool check_spec(span spec, int nesting, char *error) {
  if (nesting > MOST_NESTING) return fail(error, "a specification is nested deeper than 24 levels");
  if (!is_name(get_span(spec, 1))) return fail(error, "expected a specification with a printable name");
  if (!distinct(spec, 2, 0, true, "an option", error)) return false;
  for (entry e; next_of(&spec, 2, &e);) {
    entry value = get(e.content, 2);
    if (!value.number) return fail(error, "its manifest has an option without a value");
    if (!check_value(value.content, nesting, error)) return false;
  }
  return true;
}

static bool check_value(span value, int nesting, char *error) {
  entry e;
  if (!next(&value, &e)) return fail(error, "its manifest has an option without a value");
  if (e.number == 5) return check_spec(e.content, nesting + 1, error);
  if (e.number != 6) return true;
  if (nesting == MOST_NESTING) return fail(error, "a list is nested deeper than 24 levels");
  for (entry item; next_of(&e.content, 1, &item);)
    if (!check_value(item.content, nesting + 1, error)) return false;
  return true;
}

struct comporta_model {
  uint8_t *bytes;
  uint64_t format;
  size_t length, start, section, end; /* of the data section: where it starts, its length, the end of the last tensor */
  span manifest;
  comporta_tensor *tensors;
  float **decoded; /* the values of tensors that are not stored as float32 */
  size_t count;
};

/* The numbers of DataType in model.proto. */
enum type { F32 = 1, F64, F16, BF16, I8 };

/* How a tensor is stored: the type, for I8 the axis of the output channels and their number, and where it begins. */
struct stored {
  uint64_t type, axis, channels;
  uint8_t *at;
};

/* Checks a tensor against the layout and its checksum; any type of parameters is good, or only this one. */
static bool check_tensor(comporta_model *m, span message, bool any, enum type only, comporta_tensor *t,
                         struct stored *stored, char *error) {
  span name = get_span(message, 1), rest = message;
  uint64_t count = 1, type = get(message, 2).value, offset = aligned(m->end);
  *t = (comporta_tensor){.name = {(const char *)name.at, size_of(name)}};
  if (any ? type < F32 || type > I8 || type == F64 : type != (uint64_t)only)
    return fail(error, "tensor '%.*s' has elements of another type than format %u expects there", SHOWN(name),
                (unsigned)m->format);
  for (entry e; next_of(&rest, 3, &e);) {
    span packed = e.content;
    do {
      uint64_t axis = e.value;
      if (e.wire == 2 && packed.at == packed.end) break;
      if (e.wire == 2 && !varint(&packed, &axis)) break;
      if (t->rank == COMPORTA_MAX_RANK || axis > MOST_ELEMENTS || (axis && count > MOST_ELEMENTS / axis))
        return fail(error, "tensor '%.*s' has more than 8 axes or too many elements", SHOWN(name));
      t->shape[t->rank++] = (size_t)axis;
      count *= axis;
    } while (packed.at < packed.end);
  }
  entry axis = get(message, 7);
  if ((axis.number != 0) != (type == I8) || (type == I8 && axis.value >= t->rank))
    return fail(error, "tensor '%.*s' has no axis of output channels, or one that it must not have", SHOWN(name));
  *stored = (struct stored){.type = type, .axis = axis.value, .channels = type == I8 ? t->shape[axis.value] : 0};
  uint64_t size = type == F32 ? 4 : type == F64 ? 8 : type == I8 ? 1 : 2;
  uint64_t bytes = count * size + aligned(4 * stored->channels);
  if (get(message, 5).value != bytes || size_of(get_span(message, 6)) != 32)
    return fail(error, "tensor '%.*s' needs %llu bytes and a SHA-256 of 32 bytes but claims others", SHOWN(name),
                (unsigned long long)bytes);
  if (get(message, 4).value != offset || offset > m->section || bytes > m->section - offset)
    return fail(error, "tensor '%.*s' is not where the layout has it, within %zu bytes", SHOWN(name), m->section);
  if (!all_zero(m->bytes + m->start + m->end, m->bytes + m->start + offset))
    return fail(error, "it is damaged in the padding before tensor '%.*s'; use another copy", SHOWN(name));
  stored->at = m->bytes + m->start + offset;
  m->end = (size_t)(offset + bytes);
  if (!sha256_is(stored->at, (size_t)bytes, get_span(message, 6).at))
    return fail(error, "it is damaged in tensor '%.*s': the SHA-256 is wrong; use another copy", SHOWN(name));
  t->count = (size_t)count;
  return true;
}

static float from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* IEEE 754 binary16; exact. */
static float from_half(uint32_t half) {
  uint32_t sign = (half & 0x8000u) << 16, exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
  if (exponent == 0) return from_bits(sign) + (sign ? -1.0f : 1.0f) * ldexpf((float)fraction, -24);
  return from_bits(sign | (exponent == 0x1F ? 0xFFu : exponent + 112) << 23 | fraction << 13);
}

/* Makes floats of verified bytes: in place if they are floats, else in a block of their own. */
static bool decode(comporta_model *m, size_t n, struct stored stored, char *error) {
  comporta_tensor *t = m->tensors + n;
  uint8_t *at = stored.at;
  if (stored.type == F32) {
    for (size_t i = 0; i < t->count; i++) {
      uint32_t bits = (uint32_t)little(at + 4 * i, 4);
      memcpy(at + 4 * i, &bits, 4);
    }
    t->values = (const float *)(const void *)at;
    return true;
  }
  float *values = t->count < SIZE_MAX / sizeof *values ? malloc((t->count + 1) * sizeof *values) : NULL;
  m->decoded[n] = values;
  t->values = values;
  if (!values) return fail(error, "there is not enough memory for it");
  if (stored.type != I8) {
    for (size_t i = 0; i < t->count; i++) {
      uint32_t bits = (uint32_t)little(at + 2 * i, 2);
      values[i] = stored.type == F16 ? from_half(bits) : from_bits(bits << 16);
    }
    return true;
  }
  size_t channels = (size_t)stored.channels, inner = 1, head = (size_t)aligned(4 * stored.channels);
  for (size_t axis = stored.axis + 1; axis < t->rank; axis++) inner *= t->shape[axis];
  for (size_t c = 0; c < channels; c++) {
    float scale = from_bits((uint32_t)little(at + 4 * c, 4));
    if (!(scale >= 0) || isinf(scale))
      return fail(error, "tensor '%.*s' has the scale %g for output channel %zu, but scales are finite and not negative",
                  (int)(t->name.length < 80 ? t->name.length : 80), t->name.text, (double)scale, c);
  }
  if (!all_zero(at + 4 * channels, at + head))
    return fail(error, "tensor '%.*s' has bytes other than 0 between its scales and its elements",
                (int)(t->name.length < 80 ? t->name.length : 80), t->name.text);
  for (size_t i = 0; i < t->count; i++) {
    int q = at[head + i] < 128 ? at[head + i] : at[head + i] - 256;
    values[i] = (float)q * from_bits((uint32_t)little(at + 4 * (i / inner % channels), 4));
  }
  return true;
}

static bool check_tensors(comporta_model *m, char *error) {
  span training = get_span(m->manifest, 7);
  if (!distinct(m->manifest, 3, 0, true, "tensor", error) || !distinct(training, 2, 3, true, "tensor", error))
    return false;
  m->count = count_of(m->manifest, 3);
  if (m->count > MOST_TENSORS || count_of(training, 2) > MOST_TENSORS || count_of(training, 3) > MOST_TENSORS)
    return fail(error, "it lists more than 65536 tensors");
  m->tensors = calloc(m->count + 1, sizeof *m->tensors);
  m->decoded = calloc(m->count + 1, sizeof *m->decoded);
  bool any = m->format > 1 && !is_text(get_span(m->manifest, 1), "checkpoint");
  if (!m->tensors || !m->decoded) return fail(error, "there is not enough memory for it");
  for (unsigned list = 0; list < 3; list++) {
    span rest = list ? training : m->manifest;
    size_t n = 0;
    for (entry e; next_of(&rest, list == 1 ? 2 : 3, &e); n++) {
      comporta_tensor unused, *t = list ? &unused : m->tensors + n;
      struct stored stored = {0};
      if (!check_tensor(m, e.content, any && list == 0, list == 2 ? F64 : F32, t, &stored, error)) return false;
      if (list == 0 && !decode(m, n, stored, error)) return false;
    }
  }
  if (m->end != m->section)
    return fail(error, "its tensors end at byte %zu of a data section of %zu bytes", m->end, m->section);
  return true;
}

static bool check_header(comporta_model *m, char *error) {
  static const uint8_t magic[8] = {0x89, 'C', 'O', 'M', 'P', '\r', '\n', 0x1A};
  const uint8_t *bytes = m->bytes;
  size_t compared = m->length < 8 ? m->length : 8;
  if (compared && memcmp(bytes, magic, compared) != 0)
    return fail(error, "it is not a Comporta model file, which begins with the bytes 89 43 4f 4d 50 0d 0a 1a");
  if (m->length < HEADER) return fail(error, "it is truncated to %zu bytes; use another copy", m->length);
  uint64_t format = little(bytes + 8, 4), manifest = little(bytes + 12, 4), length = little(bytes + 16, 8);
  if (format > FORMAT)
    return fail(error, "it has format %u but this reader knows formats up to %d; use a newer one", (unsigned)format,
                FORMAT);
  if (crc32(bytes, 28) != little(bytes + 28, 4))
    return fail(error, "it is damaged in its header (bytes 0 to 31): the CRC-32 is wrong; use another copy");
  if (format == 0) return fail(error, "its format is 0, but formats are numbered from 1");
  if (length != m->length)
    return fail(error, "it is %s: it ends at byte %zu but should end at byte %llu; use another copy",
                m->length < length ? "truncated" : "damaged", m->length, (unsigned long long)length);
  uint64_t start = aligned(HEADER + manifest);
  if (manifest > MOST_MANIFEST || start + CHECKSUM > length)
    return fail(error, "its manifest claims %llu bytes of a file of %zu bytes; the limit is 16 MiB",
                (unsigned long long)manifest, m->length);
  m->format = format;
  m->start = (size_t)start;
  m->section = m->length - CHECKSUM - m->start;
  m->manifest = (span){bytes + HEADER, bytes + HEADER + manifest};
  if (crc32(m->manifest.at, size_of(m->manifest)) != little(bytes + 24, 4))
    return fail(error, "it is damaged in its manifest: the CRC-32 is wrong; use another copy");
  if (!all_zero(m->manifest.end, bytes + m->start))
    return fail(error, "it is damaged in the padding after its manifest; use another copy");
  return true;
}

static bool check_manifest(comporta_model *m, char *error) {
  struct counts counts = {.format = m->format};
  if (!scan(m->manifest, &MANIFEST, 0, &counts, error)) return false;
  if (256 * counts.messages + 112 * counts.tokens > 3 * (size_of(m->manifest) + m->section) + ((uint64_t)16 << 20))
    return fail(error, "its manifest has too many messages and tokens for the size of the file");
  span kind = get_span(m->manifest, 1), provenance = get_span(m->manifest, 5), training = get_span(m->manifest, 7);
  bool checkpoint = is_text(kind, "checkpoint");
  if (!checkpoint && !is_text(kind, "model")) return fail(error, "its kind is neither model nor checkpoint");
  if (!get(m->manifest, 2).number || !get(provenance, 6).number || checkpoint != (get(m->manifest, 7).number != 0) ||
      checkpoint != (get(training, 1).number != 0))
    return fail(error, "its manifest lacks a part, or has training without being a checkpoint");
  if (!check_spec(get_span(m->manifest, 2), 1, error) || !check_spec(get_span(provenance, 6), 1, error) ||
      (checkpoint && !check_spec(get_span(training, 1), 1, error)))
    return false;
  size_t digest = size_of(get_span(provenance, 5));
  if (digest != 0 && digest != 32) return fail(error, "the SHA-256 of its data has %zu bytes", digest);
  if (!distinct(m->manifest, 4, 0, true, "vocabulary", error) || !distinct(m->manifest, 6, 0, true, "metric", error))
    return false;
  if (!distinct_providers(provenance, error)) return false;
  span rest = m->manifest;
  for (entry e; next_of(&rest, 4, &e);) {
    if (!is_name(get_span(e.content, 2))) return fail(error, "expected the kind of a vocabulary to be printable");
    if (!distinct(e.content, 3, 0, false, "token", error)) return false;
  }
  return true;
}

/* Takes over the bytes. */
static comporta_model *opened(uint8_t *bytes, size_t length, char *error) {
  comporta_model *m = calloc(1, sizeof *m);
  if (!m) {
    free(bytes);
    fail(error, "there is not enough memory for it");
    return NULL;
  }
  m->bytes = bytes;
  m->length = length;
  bool whole = check_header(m, error);
  size_t covered = m->format == 1 ? length - CHECKSUM : m->start; /* checked before floats are decoded */
  bool same = whole && sha256_is(bytes, covered, bytes + length - CHECKSUM);
  if (whole && check_manifest(m, error) && check_tensors(m, error)) {
    if (same) return m;
    fail(error, "it is damaged: the SHA-256 at its end is wrong; use another copy");
  }
  comporta_close(m);
  return NULL;
}

comporta_model *comporta_open_bytes(const void *bytes, size_t length, char error[COMPORTA_ERROR_SIZE]) {
  uint8_t *copy = malloc(length + 1);
  if (!copy) {
    fail(error, "there is not enough memory for it");
    return NULL;
  }
  if (length) memcpy(copy, bytes, length);
  return opened(copy, length, error);
}

comporta_model *comporta_open(const char *path, char error[COMPORTA_ERROR_SIZE]) {
  FILE *file = fopen(path, "rb");
  uint8_t *bytes = NULL;
  size_t length = 0, room = 0, n = 0;
  uint64_t wanted = HEADER; /* then as many bytes as the header says, and one more to see that there is none */
  bool good = file != NULL;
  do { /* memory grows with what is really there */
    if (good && length == room) {
      uint8_t *more = room > SIZE_MAX / 2 ? NULL : realloc(bytes, room = room ? 2 * room : 1 << 16);
      good = more != NULL;
      bytes = more ? more : bytes;
    }
    size_t most = wanted - length < room - length ? (size_t)wanted - length : room - length;
    n = good ? fread(bytes + length, 1, most, file) : 0;
    length += n;
    if (length == HEADER) wanted = little(bytes + 16, 8) < UINT64_MAX ? little(bytes + 16, 8) + 1 : UINT64_MAX;
  } while (n && length < wanted);
  good = good && !ferror(file);
  if (file) fclose(file);
  if (good) return opened(bytes, length, error);
  free(bytes);
  fail(error, "it cannot be read; check its name, its permissions and the memory");
  return NULL;
}

void comporta_close(comporta_model *model) {
  if (!model) return;
  for (size_t i = 0; model->decoded && i < model->count; i++) free(model->decoded[i]);
  free(model->decoded);
  free(model->tensors);
  free(model->bytes);
  free(model);
}

size_t comporta_tensor_count(const comporta_model *model) { return model->count; }

const comporta_tensor *comporta_tensor_at(const comporta_model *model, size_t index) {
  return index < model->count ? model->tensors + index : NULL;
}

const comporta_tensor *comporta_find(const comporta_model *model, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < model->count; i++)
    if (model->tensors[i].name.length == length && memcmp(model->tensors[i].name.text, name, length) == 0)
      return model->tensors + i;
  return NULL;
}

/* The message of this name in a repeated field of the manifest. */
static span named(const comporta_model *model, unsigned number, const char *name) {
  span rest = model->manifest;
  for (entry e; next_of(&rest, number, &e);)
    if (is_text(get_span(e.content, 1), name)) return e.content;
  return (span){0};
}

size_t comporta_token_count(const comporta_model *model, const char *vocabulary) {
  return count_of(named(model, 4, vocabulary), 3);
}

comporta_text comporta_token(const comporta_model *model, const char *vocabulary, size_t id) {
  span rest = named(model, 4, vocabulary);
  for (entry e; next_of(&rest, 3, &e);)
    if (id-- == 0) return (comporta_text){(const char *)e.content.at, size_of(e.content)};
  return (comporta_text){"", 0};
}

static double as_double(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

double comporta_metric(const comporta_model *model, const char *name) {
  span metric = named(model, 6, name);
  return metric.at ? as_double(get(metric, 2).value) : (double)NAN;
}

/* ---- Layers ---- */

typedef void function(float *x, size_t n);

enum layer_kind { EMBEDDING, DENSE, LSTM, GRU, FUNCTION };
enum gate { I, F, G, O };

struct layer {
  enum layer_kind kind;
  size_t inputs, outputs, hidden;
  const float *W, *U, *b, *bU, *p, *R, *P;
  function *phi;
  bool reset_after, coupled, linear_in, linear_out, tied;
  int order[4];  /* where each gate is in W, U and b; -1 if it is off */
  int sigmoids[4]; /* where it is in p and R */
  size_t gates, states;
  const float *initial[5]; /* of h, c and the gates of gate recurrence; NULL for zeros */
  float *state; /* h, c, gates */
  float *work, *output;
};

struct comporta_stream {
  const comporta_model *model;
  struct layer *layers;
  size_t count, inputs;
  size_t taken;  /* tensors of the model that a layer has */
};

static void identity(float *x, size_t n) { (void)x, (void)n; }

static float logistic(float x) { return 1 / (1 + expf(-x)); }

static void hyperbolic(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = tanhf(x[i]);
}

static void sigmoid(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = logistic(x[i]);
}

static void relu(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = x[i] > 0 ? x[i] : 0;
}

static void hard_threshold(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = x[i] > 0;
}

static void softplus(float *x, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = fmaxf(x[i], 0) + log1pf(expf(-fabsf(x[i])));
}

static void log_softmax(float *x, size_t n) {
  float most = x[0], sum = 0;
  for (size_t i = 1; i < n; i++) most = fmaxf(most, x[i]);
  for (size_t i = 0; i < n; i++) sum += expf(x[i] - most);
  for (size_t i = 0; i < n; i++) x[i] = x[i] - most - logf(sum);
}

static void softmax(float *x, size_t n) {
  log_softmax(x, n);
  for (size_t i = 0; i < n; i++) x[i] = expf(x[i]);
}

static const struct {
  const char *name;
  function *phi;
} FUNCTIONS[] = {{"identity", identity}, {"tanh", hyperbolic}, {"relu", relu},       {"sigmoid", sigmoid},
                 {"softmax", softmax},   {"softplus", softplus}, {"log-softmax", log_softmax},
                 {"hard-threshold", hard_threshold}};

/* out += x W, where a row of W has 'stride' elements of which 'columns' are read */
static void add_product(float *out, const float *x, const float *W, size_t rows, size_t columns, size_t stride) {
  for (size_t i = 0; i < rows; i++, W += stride)
    for (size_t j = 0; j < columns; j++) out[j] += x[i] * W[j];
}

static void lstm_step(struct layer *l, const float *x) {
  size_t H = l->hidden, n = l->gates * H, m = (l->gates - 1) * H;
  float *a = l->work, *r = a + n, *h = l->state, *c = h + l->outputs, *before = c + H, *shown = l->P ? r + m : h;
  memcpy(a, l->b, n * sizeof *a);
  add_product(a, x, l->W, l->inputs, n, n);
  add_product(a, h, l->U, l->outputs, n, n);
  memset(r, 0, m * sizeof *r);
  if (l->R) add_product(r, before, l->R, m, m, m);
  for (size_t j = 0; j < H; j++) {
    float gate[4], seen = c[j];
    for (int k = I; k <= O; k++) {
      if (k == G) {
        float g = a[(size_t)l->order[G] * H + j];
        gate[G] = l->linear_in ? g : tanhf(g);
        seen = c[j] = (l->coupled ? 1 - gate[I] : gate[F]) * c[j] + gate[I] * gate[G];
        continue;
      }
      size_t at = (size_t)l->sigmoids[k] * H + j;
      if (l->order[k] < 0)
        gate[k] = 1;
      else
        gate[k] = logistic(a[(size_t)l->order[k] * H + j] + (l->p ? l->p[at] * seen : 0) + r[at]);
      if (l->R && l->order[k] >= 0) before[at] = gate[k];
    }
    shown[j] = gate[O] * (l->linear_out ? c[j] : tanhf(c[j]));
  }
  if (l->P) {
    memset(h, 0, l->outputs * sizeof *h);
    add_product(h, shown, l->P, H, l->outputs, l->outputs);
  }
}

static void gru_step(struct layer *l, const float *x) {
  size_t H = l->hidden, n = 3 * H;
  float *a = l->work, *s = a + n, *h = l->state;
  memcpy(a, l->b, n * sizeof *a);
  add_product(a, x, l->W, l->inputs, n, n);
  if (l->reset_after)
    memcpy(s, l->bU, n * sizeof *s);
  else
    memset(s, 0, n * sizeof *s);
  add_product(s, h, l->U, H, l->reset_after ? n : 2 * H, n);
  for (size_t j = 0; j < 2 * H; j++) a[j] = logistic(a[j] + s[j]);
  if (l->reset_after) {
    for (size_t j = 0; j < H; j++) a[2 * H + j] += a[j] * s[2 * H + j];
  } else {
    for (size_t j = 0; j < H; j++) s[j] = a[j] * h[j];
    add_product(a + 2 * H, s, l->U + 2 * H, H, H, n);
  }
  for (size_t j = 0; j < H; j++) h[j] = (1 - a[H + j]) * tanhf(a[2 * H + j]) + a[H + j] * h[j];
}

static const float *layer_step(struct layer *l, const float *x) {
  size_t n = l->outputs;
  switch (l->kind) {
    case LSTM:
      lstm_step(l, x);
      return l->state;
    case GRU:
      gru_step(l, x);
      return l->state;
    case DENSE:
      if (l->b)
        memcpy(l->output, l->b, n * sizeof *l->output);
      else
        memset(l->output, 0, n * sizeof *l->output);
      for (size_t j = 0; l->tied && j < n; j++)
        for (size_t i = 0; i < l->inputs; i++) l->output[j] += x[i] * l->W[j * l->inputs + i];
      if (!l->tied) add_product(l->output, x, l->W, l->inputs, n, n);
      break;
    default:
      memcpy(l->output, x, n * sizeof *l->output);
  }
  l->phi(l->output, n);
  return l->output;
}

/* ---- From a specification to layers ---- */

/* The value of an option: one field of a Value; number 0 if it is not given. */
static entry option(span spec, const char *name) {
  for (entry e; next_of(&spec, 2, &e);)
    if (is_text(get_span(e.content, 1), name)) {
      entry value = {0};
      span content = get_span(e.content, 2);
      next(&content, &value);
      return value;
    }
  return (entry){0};
}

/* The name in a value that is a specification or only a name, and its options; an empty name for other values. */
static span name_of(entry value, span *spec) {
  *spec = value.number == 5 ? value.content : (span){0};
  span name = value.number == 5 ? get_span(value.content, 1) : value.number == 1 ? value.content : (span){0};
  return is_name(name) ? name : (span){0};
}

/* Rejects options that are not in the list of names, which a null pointer ends. */
static bool known(span spec, const char *const *names, char *error) {
  span rest = spec;
  for (entry e; next_of(&rest, 2, &e);) {
    span name = get_span(e.content, 1);
    const char *const *n = names;
    while (*n && !is_text(name, *n)) n++;
    if (!*n)
      return fail(error, "'%.*s' has the option '%.*s', which this reader does not support", SHOWN(get_span(spec, 1)),
                  SHOWN(name));
  }
  return true;
}

static bool get_size(span spec, const char *name, int64_t least, int64_t otherwise, size_t *size, char *error) {
  entry e = option(spec, name);
  int64_t value = e.number == 3 ? (int64_t)e.value : e.number ? -1 : otherwise;
  if (value < least || value > (int64_t)LARGEST_SIZE)
    return fail(error, "'%.*s' expected option '%s' from %d to %zu", SHOWN(get_span(spec, 1)), name, (int)least,
                LARGEST_SIZE);
  *size = (size_t)value;
  return true;
}

static bool get_flag(span spec, const char *name, bool otherwise, bool *flag, char *error) {
  entry e = option(spec, name);
  *flag = e.number ? e.value != 0 : otherwise;
  return !e.number || e.number == 2 ||
         fail(error, "'%.*s' expected option '%s' to be true or false", SHOWN(get_span(spec, 1)), name);
}

/* A word of those in a list that a null pointer ends, the first by default; its index. */
static bool get_word(span spec, const char *name, const char *const *words, size_t *index, char *error) {
  entry e = option(spec, name);
  *index = 0;
  if (!e.number) return true;
  for (; words[*index]; ++*index)
    if (e.number == 1 && is_text(e.content, words[*index])) return true;
  return fail(error, "'%.*s' has an option '%s' with a value that this reader does not support",
              SHOWN(get_span(spec, 1)), name);
}

static bool get_function(span spec, const char *name, const char *otherwise, function **phi, char *error) {
  entry e = option(spec, name);
  span word = e.number ? e.content : (span){(const uint8_t *)otherwise, (const uint8_t *)otherwise + strlen(otherwise)};
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
    if ((!e.number || e.number == 1) && is_text(word, FUNCTIONS[i].name)) {
      *phi = FUNCTIONS[i].phi;
      return true;
    }
  return fail(error, "'%.*s' has an unknown activation", SHOWN(get_span(spec, 1)));
}

/* A parameter PREFIX NAME of shape [rows, columns], or [columns] if rows is 0. */
static bool take(comporta_stream *s, const char *prefix, const char *name, size_t rows, size_t columns,
                 const float **values, char *error) {
  char full[MOST_NAME];
  snprintf(full, sizeof full, "%.1000s%.20s", prefix, name);
  const comporta_tensor *t = comporta_find(s->model, full);
  bool fits = t && (rows ? t->rank == 2 && t->shape[0] == rows && t->shape[1] == columns
                         : t->rank == 1 && t->shape[0] == columns);
  if (!fits)
    return fail(error, "expected a tensor '%.80s' of %zu rows (0 for a vector) and %zu columns", full, rows, columns);
  for (size_t i = 0; i < t->count; i++)
    if (!isfinite(t->values[i])) return fail(error, "expected finite numbers but tensor '%.80s' has others", full);
  *values = t->values;
  s->taken++;
  return true;
}

static bool build_lstm(comporta_stream *s, span spec, const char *prefix, struct layer *l, char *error) {
  static const char *const options[] = {"input-dropout", "recurrent-dropout", "candidate-dropout", "chrono",
                                        "forget-bias", "variant", "input-gate", "forget-gate", "output-gate",
                                        "input-activation", "output-activation", "peepholes", "coupled",
                                        "gate-recurrence", "projection", NULL};
  enum { STANDARD, OF_1997, VANILLA, NIG, NFG, NOG, NIAF, NOAF, NP, CIFG, FGR };
  static const char *const variants[] = {"standard", "1997", "vanilla", "nig", "nfg", "nog",
                                         "niaf",     "noaf", "np",      "cifg", "fgr", NULL};
  size_t v, projection;
  bool has[4] = {[G] = true}, peepholes, recurrence;
  if (!known(spec, options, error) || !get_word(spec, "variant", variants, &v, error) ||
      !get_flag(spec, "input-gate", v != NIG, &has[I], error) ||
      !get_flag(spec, "forget-gate", v != NFG && v != OF_1997, &has[F], error) ||
      !get_flag(spec, "output-gate", v != NOG, &has[O], error) ||
      !get_flag(spec, "input-activation", v != NIAF, &l->linear_in, error) ||
      !get_flag(spec, "output-activation", v != NOAF, &l->linear_out, error) ||
      !get_flag(spec, "peepholes", v != STANDARD && v != OF_1997 && v != NP, &peepholes, error) ||
      !get_flag(spec, "coupled", v == CIFG, &l->coupled, error) ||
      !get_flag(spec, "gate-recurrence", v == FGR, &recurrence, error) ||
      !get_size(spec, "projection", 0, 0, &projection, error))
    return false;
  l->linear_in = !l->linear_in;
  l->linear_out = !l->linear_out;
  if (l->coupled && !(has[I] && has[F])) return fail(error, "'lstm' expected two gates to couple");
  has[F] = has[F] && !l->coupled;
  int sigmoids = 0;
  for (int k = I; k <= O; k++) {
    l->order[k] = has[k] ? (int)l->gates++ : -1;
    l->sigmoids[k] = has[k] && k != G ? sigmoids++ : 0;
  }
  size_t H = l->hidden, n = l->gates * H, m = (size_t)sigmoids * H;
  l->kind = LSTM;
  l->outputs = projection ? projection : H;
  l->states = l->outputs + H + (recurrence ? m : 0);
  return take(s, prefix, "W", l->inputs, n, &l->W, error) && take(s, prefix, "U", l->outputs, n, &l->U, error) &&
         take(s, prefix, "b", 0, n, &l->b, error) &&
         (!peepholes || !m || take(s, prefix, "p", 0, m, &l->p, error)) &&
         (!recurrence || !m || take(s, prefix, "R", m, m, &l->R, error)) &&
         (!projection || take(s, prefix, "P", H, projection, &l->P, error));
}

static bool build_gru(comporta_stream *s, span spec, const char *prefix, struct layer *l, char *error) {
  static const char *const options[] = {"input-dropout", "recurrent-dropout", "candidate-dropout",
                                        "chrono", "reset", NULL};
  static const char *const resets[] = {"after", "before", NULL};
  size_t reset, H = l->hidden, n = 3 * H;
  if (!known(spec, options, error) || !get_word(spec, "reset", resets, &reset, error)) return false;
  l->kind = GRU;
  l->outputs = l->states = H;
  l->reset_after = reset == 0;
  return take(s, prefix, "W", l->inputs, n, &l->W, error) && take(s, prefix, "U", H, n, &l->U, error) &&
         take(s, prefix, "b", 0, n, &l->b, error) && (reset || take(s, prefix, "bU", 0, n, &l->bU, error));
}

static bool build_recurrent(comporta_stream *s, span spec, const char *prefix, struct layer *l, char *error) {
  static const char *const options[] = {"cell", "hidden", "reverse", "returns", "weight-drop", "input-initializer",
                                        "recurrent-initializer", "bias-initializer", "learn-initial-state", NULL};
  static const char *const returns[] = {"sequence", "last", NULL};
  static const char *const parts[] = {"h", "c", "i", "f", "o"};
  span cell, name = name_of(option(spec, "cell"), &cell);
  bool reverse, learned;
  size_t returned;
  char inner[MOST_NAME];
  snprintf(inner, sizeof inner, "%.1000scell.", prefix);
  if (!known(spec, options, error) || !get_flag(spec, "reverse", false, &reverse, error) ||
      !get_flag(spec, "learn-initial-state", false, &learned, error) ||
      !get_word(spec, "returns", returns, &returned, error) ||
      !get_size(spec, "hidden", 1, -1, &l->hidden, error))
    return false;
  if (reverse) return fail(error, "a layer runs in reverse, which a stream cannot");
  if (!is_text(name, "lstm") && !is_text(name, "gru"))
    return fail(error, "the model has a cell '%.*s', which this reader does not support", SHOWN(name));
  bool built = is_text(name, "lstm") ? build_lstm(s, cell, inner, l, error) : build_gru(s, cell, inner, l, error);
  for (int k = 0; built && learned && k < 5; k++) {
    static const int gate_of[] = {0, 0, I, F, O};
    bool there = k == 0 || (k == 1 && l->kind == LSTM) || (k > 1 && l->R && l->order[gate_of[k]] >= 0);
    char initial[16];
    snprintf(initial, sizeof initial, "initial.%s", parts[k]);
    built = !there || take(s, inner, initial, 0, k ? l->hidden : l->outputs, &l->initial[k], error);
  }
  return built;
}

static bool build_layers(comporta_stream *s, span spec, const char *prefix, int level, char *error);

/* Adds a layer, or the layers of a list. */
static bool build_layer(comporta_stream *s, span name, span spec, const char *prefix, int level, char *error) {
  static const char *const none[] = {NULL}, *const list[] = {"layers", NULL}, *const of_function[] = {"function", NULL},
                    *const of_dropout[] = {"rate", "shared-over-time", NULL}, *const of_pool[] = {"mode", NULL},
                    *const of_embedding[] = {"vocabulary", "size", "initializer", NULL},
                    *const of_dense[] = {"units", "activation", "bias", "tied", "initializer",
                                          "bias-initializer", NULL},
                    *const modes[] = {"last", NULL};
  size_t inputs = s->count ? s->layers[s->count - 1].outputs : s->inputs, mode;
  if (is_text(name, "sequential")) return known(spec, list, error) && build_layers(s, spec, prefix, level + 1, error);
  if (is_text(name, "embedding") != (inputs == 0))
    return fail(error, "expected an embedding for ids and other layers for features but got '%.*s'", SHOWN(name));
  if (is_text(name, "dropout")) return known(spec, of_dropout, error);
  if (is_text(name, "pool-time")) return known(spec, of_pool, error) && get_word(spec, "mode", modes, &mode, error);
  struct layer *more = realloc(s->layers, (s->count + 1) * sizeof *more);
  if (!more) return fail(error, "there is not enough memory for it");
  s->layers = more;
  struct layer *l = more + s->count++;
  *l = (struct layer){.kind = FUNCTION, .inputs = inputs, .outputs = inputs, .phi = identity};
  bool built;
  if (is_text(name, "embedding")) {
    l->kind = EMBEDDING;
    built = known(spec, of_embedding, error) && get_size(spec, "vocabulary", 1, -1, &l->hidden, error) &&
            get_size(spec, "size", 1, -1, &l->outputs, error) &&
            take(s, prefix, "table", l->hidden, l->outputs, &l->W, error);
  } else if (is_text(name, "dense")) {
    bool bias = true;
    l->kind = DENSE;
    built = known(spec, of_dense, error) && get_size(spec, "units", 1, -1, &l->outputs, error) &&
            get_flag(spec, "bias", true, &bias, error) && get_flag(spec, "tied", false, &l->tied, error) &&
            get_function(spec, "activation", "identity", &l->phi, error) &&
            (l->tied || take(s, prefix, "W", inputs, l->outputs, &l->W, error)) &&
            (!bias || take(s, prefix, "b", 0, l->outputs, &l->b, error));
    if (built && l->tied) {
      l->W = s->layers->W;
      if (level > 1 || s->layers->kind != EMBEDDING || s->layers->hidden != l->outputs || s->layers->outputs != inputs)
        built = fail(error, "a 'dense' layer shares the table of an embedding of other sizes");
    }
  } else if (is_text(name, "recurrent")) {
    built = build_recurrent(s, spec, prefix, l, error);
  } else if (is_text(name, "activation")) {
    built = known(spec, of_function, error) && get_function(spec, "function", "tanh", &l->phi, error);
  } else if (is_text(name, "softmax")) {
    l->phi = softmax;
    built = known(spec, none, error);
  } else {
    return fail(error, "the model has a layer '%.*s', which this reader does not support", SHOWN(name));
  }
  if (!built) return false;
  size_t work = l->kind == LSTM ? 2 * l->gates * l->hidden + l->hidden : l->kind == GRU ? 6 * l->hidden : 0;
  l->state = calloc(l->states + work + l->outputs, sizeof *l->state);
  if (!l->state) return fail(error, "there is not enough memory for it");
  l->work = l->state + l->states;
  l->output = l->work + work;
  return true;
}

static bool build_layers(comporta_stream *s, span spec, const char *prefix, int level, char *error) {
  entry layers = option(spec, "layers");
  size_t n = 0;
  if (layers.number != 6 || level > MOST_NESTING)
    return fail(error, "expected a list of layers, nested at most 24 levels");
  for (entry item; next_of(&layers.content, 1, &item); n++) {
    entry value = {0};
    char inner[MOST_NAME];
    span inner_spec, name;
    next(&item.content, &value);
    name = name_of(value, &inner_spec);
    snprintf(inner, sizeof inner, "%.990slayers.%zu.", prefix, n);
    if (n == 4096) return fail(error, "the model has more than 4096 layers in a list");
    if (!build_layer(s, name, inner_spec, inner, level, error)) return false;
  }
  return n > 0 || fail(error, "expected at least one layer");
}

comporta_stream *comporta_stream_open(const comporta_model *model, char error[COMPORTA_ERROR_SIZE]) {
  static const char *const options[] = {"input-size", "layers", NULL};
  comporta_stream *s = calloc(1, sizeof *s);
  span spec = get_span(model->manifest, 2);
  if (!s) {
    fail(error, "there is not enough memory for it");
    return NULL;
  }
  s->model = model;
  bool built = is_text(get_span(spec, 1), "sequential")
                   ? known(spec, options, error) && get_size(spec, "input-size", 0, 0, &s->inputs, error) &&
                         build_layers(s, spec, "", 1, error)
                   : fail(error, "the model is a '%.*s', which this reader does not support", SHOWN(get_span(spec, 1)));
  if (built && s->count == 0) built = fail(error, "expected a layer that computes something");
  if (built && s->taken != model->count)
    built = fail(error, "the file has %zu tensors but its layers %zu; it is inconsistent", model->count, s->taken);
  if (!built) {
    comporta_stream_close(s);
    return NULL;
  }
  comporta_stream_reset(s);
  return s;
}

void comporta_stream_close(comporta_stream *stream) {
  if (!stream) return;
  for (size_t i = 0; i < stream->count; i++) free(stream->layers[i].state);
  free(stream->layers);
  free(stream);
}

void comporta_stream_reset(comporta_stream *stream) {
  for (size_t i = 0; i < stream->count; i++) {
    struct layer *l = stream->layers + i;
    float *part = l->state;
    memset(l->state, 0, l->states * sizeof *l->state);
    for (int k = 0; k < 5 && part < l->state + l->states; k++) {
      size_t size = k ? l->hidden : l->outputs;
      if (k > 1 && l->initial[0] && !l->initial[k]) continue; /* a gate that is off has no part */
      if (l->initial[k]) memcpy(part, l->initial[k], size * sizeof *part);
      part += size;
    }
  }
}

size_t comporta_input_size(const comporta_stream *stream) { return stream->inputs; }

size_t comporta_output_size(const comporta_stream *stream) { return stream->layers[stream->count - 1].outputs; }

static const float *run(comporta_stream *stream, const float *x, size_t from) {
  for (size_t i = from; i < stream->count; i++) x = layer_step(stream->layers + i, x);
  return x;
}

const float *comporta_step_id(comporta_stream *stream, size_t id) {
  const struct layer *first = stream->layers;
  if (stream->inputs || id >= first->hidden) return NULL;
  return run(stream, first->W + id * first->outputs, 1);
}

const float *comporta_step(comporta_stream *stream, const float *features) {
  return stream->inputs ? run(stream, features, 0) : NULL;
}
