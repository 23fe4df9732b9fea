using Xunit.Sdk;
using Xunit.v3;

namespace SseGateway.Testing;

/// <summary>
/// Begins with the classes that take longest, most of it waiting: beside the many short ones they cost no time, and alone at the end all of it.
/// </summary>
/// <param name="names">Of classes or collections, the longest first. Those without a name here come after them.</param>
public abstract class LongestFirst(params string[] names) : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(names, name =>
            collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : names.Length)];
}
