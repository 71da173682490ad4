package dev.trunkline.pipelines;

/// A spec as it was handed in: the submitted text, what the defaults made of it, and what both
/// mean.
public record Submitted(PipelineSpec spec, String userJson, String effectiveJson) {}
