using SseGateway.Harness.Catalogue;
using Xunit;

namespace Harness.Tests;

/// <summary>Every row of waves 1 and 2 is implemented for each of its roles, or listed with the reason.</summary>
public sealed class CoverageTests
{
    private static readonly (string Id, char Role)[] Missing =
    [
        .. from row in CaseCatalogue.Instance.Rows
           where row.Wave < 3
           from role in row.Roles
           where !Implementation.Has(row, role)
           select (row.Id, role),
    ];

    [Fact]
    public void What_is_missing_is_listed_with_its_reason() =>
        Assert.DoesNotContain(
            Missing, missing => !Implementation.NotYet.ContainsKey(missing.Id) && !Implementation.NotYet.ContainsKey($"{missing.Id}:{missing.Role}"));

    [Fact]
    public void What_is_listed_as_missing_is_missing() =>
        Assert.DoesNotContain(Implementation.NotYet.Keys, listed => !Missing.Any(missing => listed == missing.Id || listed == $"{missing.Id}:{missing.Role}"));
}
