using Xunit;

namespace Gateway.Tests.Running;

/// <summary>Tests that look at the whole process: no other runs at the same time.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Unaccompanied;
