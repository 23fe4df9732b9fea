using Harness.Tests.Running;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// Cases wait for what must not come: ten at once are half a core (58 s of processor time in 122 s with six).
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 10)]
[assembly: TestCollectionOrderer<Order>]
