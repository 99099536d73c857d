package dev.stlm.bench.task;

/**
 * Tasks that have one figure together: those whose {@link EvalTask#group()} is this name.
 *
 * @param name the name that users give and results carry
 * @param description one line for people
 * @param weightBySize weigh tasks by their documents instead of equally
 */
public record TaskGroup(String name, String description, boolean weightBySize) {}
