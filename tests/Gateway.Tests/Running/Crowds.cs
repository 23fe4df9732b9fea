using Xunit;

namespace Gateway.Tests.Running;

/// <summary>Tests with thousands of connections to a program of its own: beside the others, and never two of them at once.</summary>
[CollectionDefinition]
public sealed class Crowds;
