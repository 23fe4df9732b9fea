using SseGateway.Harness.Catalogue;
using Xunit;

namespace Harness.Tests;

public sealed class CatalogueTests
{
    [Fact]
    public void Catalogue_has_the_rows_it_says_it_has()
    {
        var rows = CaseCatalogue.Instance.Rows;
        Assert.Equal((388, 159, 112), (rows.Count, rows.Count(row => row.Core), rows.Count(row => row.Wave == 2)));
        Assert.Equal(rows.Count, rows.Select(row => row.Id).Distinct().Count());
        Assert.All(rows, row => Assert.Equal(row.Core, row.Wave == 1));
    }
}
