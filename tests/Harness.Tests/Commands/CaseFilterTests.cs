using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands.Options;
using Xunit;

namespace Harness.Tests.Commands;

public sealed class CaseFilterTests
{
    private static readonly IReadOnlyList<CatalogueRow> Rows = CaseCatalogue.Instance.Rows;

    [Fact]
    public void Nothing_asked_for_is_all_but_the_long_ones() => Assert.Equal(Rows.Where(row => !row.Long), Select());

    [Theory]
    [InlineData("1.2.1", "1.2.1")]
    [InlineData("parse/eol/1", "1.2.1")]
    [InlineData("PARSE/EOL/1", "1.2.1")]
    [InlineData("1.2.?", "1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.6 1.2.7 1.2.8 1.2.9")]
    [InlineData("3.2.*", "3.2.1 3.2.2 3.2.3 3.2.4 3.2.5")]
    [InlineData("3.2", "3.2.1 3.2.2 3.2.3 3.2.4 3.2.5")]
    [InlineData("http/content-type", "3.2.1 3.2.2 3.2.3 3.2.4 3.2.5")]
    [InlineData("http/content-type/*", "3.2.1 3.2.2 3.2.3 3.2.4 3.2.5")]
    public void Ids_slugs_and_patterns_select(string filter, string ids) =>
        Assert.Equal(ids.Split(' '), Select(filter).Select(row => row.Id));

    [Fact]
    public void A_group_is_not_the_ones_that_start_with_its_digit()
    {
        Assert.All(Select("1"), row => Assert.StartsWith("1.", row.Id, StringComparison.Ordinal));
        Assert.Equal(Select("1"), Select("1.*"));
    }

    [Fact]
    public void Tags_select_by_what_a_row_is()
    {
        Assert.Equal(Rows.Where(row => row.Core && !row.Long), Select("@core"));
        Assert.Equal(Rows.Where(row => row.Level == Level.Should && !row.Long), Select("@level:S"));
        Assert.Equal(Rows.Where(row => row.IsFor('X') && !row.Long), Select("@role:x"));
        Assert.Equal(Rows.Where(row => row.Wave == 2), Select("@wave:2"));
        Assert.Equal(Rows.Where(row => row.Capabilities.Contains("jwks") && !row.Long), Select("@cap:jwks"));
        Assert.Equal(Rows.Where(row => row.Raw && !row.Long), Select("@raw"));
    }

    [Fact]
    public void Several_are_a_union_in_the_catalogues_order_and_minus_takes_away()
    {
        Assert.Equal(["1.1.1", "1.2.1"], Select("1.2.1", "1.1.1", "parse/data/1").Select(row => row.Id));
        Assert.Equal(["3.2.1", "3.2.3", "3.2.4", "3.2.5"], Select("3.2", "-3.2.2").Select(row => row.Id));
        Assert.Equal(Select("3.2", "-3.2.2"), Select("!3.2.2", "3.2"));
        Assert.Equal(Rows.Where(row => !row.Long && row.Section != "3.2"), Select("!3.2"));
    }

    [Fact]
    public void Long_cases_come_by_their_full_id_or_slug_or_when_asked_for()
    {
        var row = Rows.First(row => row.Long);
        Assert.Equal([row], Select(row.Id));
        Assert.Equal([row], Select(row.Slug));
        Assert.DoesNotContain(row, Select(row.Section + ".*"));
        Assert.DoesNotContain(row, Select(row.Section));
        Assert.Contains(row, CaseFilter.Parse([row.Section + ".*"], longToo: true).Select(Rows));
        Assert.Equal(Rows.Where(candidate => candidate.Long), Select("@long"));
        Assert.Equal(Rows, Select("*", "@long"));
    }

    [Fact]
    public void A_profile_after_an_id_goes_with_the_run()
    {
        var runs = CaseFilter.Parse(["1.2.1@d1,h2", "1.2.1", "1.2.2@d1"]).SelectRuns(Rows);
        Assert.Equal([("1.2.1", "d1,h2"), ("1.2.1", null), ("1.2.2", "d1")], runs.Select(run => (run.Row.Id, run.Profile)));
        Assert.Equal(2, CaseFilter.Parse(["1.2.1@d1,h2", "1.2.1", "1.2.2@d1"]).Select(Rows).Count);
        Assert.Equal([("1.2.1", "d1")], CaseFilter.Parse(["1.2.1@d1", "1.2.1@d2", "!1.2.1@d2"]).SelectRuns(Rows).Select(run => (run.Row.Id, run.Profile)));
    }

    [Theory]
    [InlineData("99.*")]
    [InlineData("1.2.99")]
    [InlineData("parse/nothing")]
    [InlineData("@nonsense")]
    [InlineData("@level:X")]
    [InlineData("@role:")]
    [InlineData("@wave:4")]
    [InlineData("@cap:nobody-has-it")]
    [InlineData("-99.*")]
    [InlineData("!")]
    [InlineData("1.2.1@")]
    public void An_unknown_filter_or_one_that_matches_nothing_is_told(string filter)
    {
        var wrong = Assert.Throws<UsageException>(() => Select("1.1.1", filter));
        Assert.Contains($"'{filter}'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void That_nothing_is_left_is_told()
    {
        Assert.Contains("leaves no case", Assert.Throws<UsageException>(() => Select("1.1.1", "!1.1.*")).Message, StringComparison.Ordinal);
        Assert.Contains("--long", Assert.Throws<UsageException>(() => Select(Rows.First(row => row.Long).Id + "*")).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<CatalogueRow> Select(params string[] words) => CaseFilter.Parse(words).Select(Rows);
}
