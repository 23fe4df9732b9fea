using Gateway.Tests.Running;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// Side by side class by class alone: those of one class have an upstream in common, and count its requests.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 6)]
[assembly: TestCollectionOrderer<Order>]
