using Harness.Tests.Running;
using Xunit;

[assembly: TestCollectionOrderer<Order>]
