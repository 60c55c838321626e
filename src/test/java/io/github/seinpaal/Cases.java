package io.github.seinpaal;

import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The combinations that the contract is tested over, as method sources. */
final class Cases {
  /** Method source: mode. */
  static final String MODES = "io.github.seinpaal.Cases#modes";

  /** Method source: thread kind. */
  static final String THREADS = "io.github.seinpaal.Cases#threads";

  /** Method source: mode, thread kind. */
  static final String KINDS = "io.github.seinpaal.Cases#kinds";

  /** Method source: thread kind, each form that can wait. */
  static final String FAIR_WAITING = "io.github.seinpaal.Cases#fairWaiting";

  /** Method source: mode, thread kind, each form. */
  static final String ALL = "io.github.seinpaal.Cases#all";

  /** Method source: mode, thread kind, each form that can wait. */
  static final String WAITING = "io.github.seinpaal.Cases#waiting";

  /** Method source: mode, thread kind, each form with a time limit. */
  static final String TIMED = "io.github.seinpaal.Cases#timed";

  /** Method source: mode, thread kind, each form that an interrupt ends. */
  static final String INTERRUPTIBLE = "io.github.seinpaal.Cases#interruptible";

  /** Method source: mode, thread kind, each form that an interrupt does not end. */
  static final String UNINTERRUPTIBLE = "io.github.seinpaal.Cases#uninterruptible";

  /** Method source: mode, thread kind, each form that takes a number of permits. */
  static final String COUNTED = "io.github.seinpaal.Cases#counted";

  /** Method source: mode, thread kind, each form that gives a guard. */
  static final String GUARDED = "io.github.seinpaal.Cases#guarded";

  private Cases() {}

  static Stream<Mode> modes() {
    return Stream.of(Mode.values());
  }

  static Stream<ThreadKind> threads() {
    return ThreadKind.available().stream();
  }

  static Stream<Arguments> fairWaiting() {
    return waiting()
        .filter(c -> c.get()[0] == Mode.FAIR)
        .map(c -> Arguments.of(c.get()[1], c.get()[2]));
  }

  static Stream<Arguments> kinds() {
    return modes().flatMap(mode -> threads().map(kind -> Arguments.of(mode, kind)));
  }

  static Stream<Arguments> all() {
    return forms(form -> true);
  }

  static Stream<Arguments> waiting() {
    return forms(AcquireForm::waits);
  }

  static Stream<Arguments> timed() {
    return forms(AcquireForm::timed);
  }

  static Stream<Arguments> interruptible() {
    return forms(AcquireForm::interruptible);
  }

  static Stream<Arguments> uninterruptible() {
    return forms(form -> !form.interruptible());
  }

  static Stream<Arguments> counted() {
    return forms(AcquireForm::counted);
  }

  static Stream<Arguments> guarded() {
    return forms(AcquireForm::guarded);
  }

  private static Stream<Arguments> forms(Predicate<AcquireForm> chosen) {
    return modes()
        .flatMap(
            mode ->
                threads()
                    .flatMap(
                        kind ->
                            AcquireForm.all().stream()
                                .filter(chosen)
                                .map(form -> Arguments.of(mode, kind, form))));
  }
}
