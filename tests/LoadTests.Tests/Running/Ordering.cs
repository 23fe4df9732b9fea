using LoadTests.Tests.Running;
using Xunit;

[assembly: TestCollectionOrderer<Order>]
