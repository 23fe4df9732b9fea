using Xunit;

namespace Gateway.Tests.Running;

/// <summary>
/// Tests that listen to traces, one after the other: who listens to all sources of the process has the HTTP client make spans of its own, and write another
/// <c>traceparent</c> for them.
/// </summary>
[CollectionDefinition]
public sealed class Traced;
