package dev.comporta.conformance;

import dev.comporta.api.ComportaException;

/** Why a case cannot be run: its kind or a setting is unknown, or it contradicts itself. */
final class CaseException extends ComportaException {
  private static final long serialVersionUID = 1L;

  CaseException(String message) {
    super(message);
  }
}
