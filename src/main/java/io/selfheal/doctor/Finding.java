package io.selfheal.doctor;

/**
 * What a check has found.
 *
 * @param text what was looked at and how it is; holds no secret
 * @param whatToDo empty for {@link Level#OK}
 */
public record Finding(Level level, String text, String whatToDo) {
  /** How bad it is. */
  public enum Level {
    /** It is as it should be. */
    OK,
    /** It works, or nobody can tell that it does not. */
    WARN,
    /** It does not work. */
    FAIL
  }

  public static Finding ok(String text) {
    return new Finding(Level.OK, text, "");
  }

  static Finding warn(String text, String whatToDo) {
    return new Finding(Level.WARN, text, whatToDo);
  }

  static Finding fail(String text, String whatToDo) {
    return new Finding(Level.FAIL, text, whatToDo);
  }
}
