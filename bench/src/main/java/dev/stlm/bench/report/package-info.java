/**
 * Results for people: a table for the terminal and one self-contained HTML page.
 *
 * <p>The page needs no network: its plots are drawn by uPlot, embedded from the webjar; every plot
 * has its numbers in a table beside it. All text that comes from models and files is escaped.
 */
@NullMarked
package dev.stlm.bench.report;

import org.jspecify.annotations.NullMarked;
