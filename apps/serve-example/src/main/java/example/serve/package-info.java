/** A service that loads a model, answers, and keeps streams across a restart. */
package example.serve;
