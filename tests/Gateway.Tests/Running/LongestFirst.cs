using Gateway.Tests.Fleet;
using Gateway.Tests.Fleet.Limits;
using Gateway.Tests.HalfOpen;
using Gateway.Tests.Sharing.Load;
using Gateway.Tests.Tls;
using Xunit.Sdk;
using Xunit.v3;

namespace Gateway.Tests.Running;

/// <summary>Begins with the classes that take longest, most of it waiting: beside the many short ones they cost no time.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(NetworkGapTests), nameof(VanishedPeerTests), nameof(Crowds), nameof(LeaderDeathTests), nameof(LossTests), nameof(FleetLimitTests),
        nameof(CertificateRenewalTests), nameof(TakeoverTests), nameof(ResumeStormTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Long, name =>
            collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length)];
}
