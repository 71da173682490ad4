package dev.trunkline.versions;

/// When a branch follows another one of its repo by itself.
///
/// @param source the branch that is watched
/// @param all whether all conditions that are set must hold, not just one
/// @param rateLimit a schedule: at most once between its times; empty where not set
/// @param size how much the data must have grown, such as `10MB`; empty where not set
/// @param commits how many commits there must be; 0 where not set
/// @param cron a schedule on which it follows whatever happened; empty where not set
public record Trigger(
    String source, boolean all, String rateLimit, String size, long commits, String cron) {}
