using System.CommandLine;
using SseGateway.Harness.Catalogue;
using SseGateway.Harness.Commands;
using SseGateway.Harness.Commands.Options;
using Xunit;

namespace Harness.Tests.Commands;

public sealed class RunOptionGroupTests
{
    [Fact]
    public void What_is_typed_is_read()
    {
        var options = Read(
            "1.2.1", "--cases", "3.2", "!3.2.4", "!3.2.5", "--patience", "2.5", "--once", "--seed", "42", "--fail-on", "non-strict", "--json", "a.json",
            "--junit", "a.xml", "--html", "a.html",
            "--name", "nginx", "--target-version", "1.26", "--note", "off", "--parallel", "8");
        Assert.Equal(["1.2.1", "3.2.1", "3.2.2", "3.2.3"], options.Filter.Select(CaseCatalogue.Instance.Rows).Select(row => row.Id));
        Assert.Equal(
            new RunOptions
            {
                Filter = options.Filter,
                Known = options.Known,
                Seed = 42,
                Patience = 2.5,
                Confirms = false,
                FailOn = FailOn.NonStrict,
                JsonFile = "a.json",
                JUnitFile = "a.xml",
                HtmlFile = "a.html",
                Name = "nginx",
                TargetVersion = "1.26",
                Note = "off",
                Parallel = 8
            },
            options);
    }

    [Fact]
    public void A_seed_is_drawn_where_none_is_given()
    {
        var seeds = Enumerable.Range(0, 8).Select(_ => Read().Seed).ToArray();
        Assert.All(seeds, seed => Assert.InRange(seed, 1, 1_000_000));
        Assert.True(seeds.Distinct().Count() > 1);
    }

    [Theory]
    [InlineData("--parallel", "0")]
    [InlineData("--parallel", "65")]
    [InlineData("--patience", "0.5")]
    [InlineData("--patience", "21")]
    [InlineData("--fail-on", "sometimes")]
    [InlineData("--seed", "x")]
    [InlineData("--json")]
    public void Values_that_make_no_sense_are_told(params string[] args) => Assert.NotEmpty(Parse(args).Parsed.Errors);

    [Theory]
    [InlineData("--known", "/nonexistent/known.json")]
    [InlineData("@nonsense")]
    public void What_cannot_be_read_is_told(params string[] args) => Assert.Throws<UsageException>(() => Read(args));

    private static RunOptions Read(params string[] args)
    {
        var (group, parsed) = Parse(args);
        Assert.Empty(parsed.Errors);
        return group.Read(parsed);
    }

    private static (RunOptionGroup Group, ParseResult Parsed) Parse(params string[] args)
    {
        var command = new Command("check");
        var group = RunOptionGroup.AddTo(command);
        return (group, new RootCommand { command }.Parse(["check", .. args], CommandLine.Parsing));
    }
}
