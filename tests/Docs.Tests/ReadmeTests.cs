using Docs.Tests.Pages;
using Xunit;

namespace Docs.Tests;

public sealed class ReadmeTests
{
    private const int MostLines = 180;

    private static readonly string[] Languages = ["", "csharp", "haproxy", "html", "js", "json", "mermaid", "nginx", "sh"];

    [Fact]
    public void Is_short() => Assert.InRange(Repository.Pages["README.md"].Lines.Count, 1, MostLines);

    /// <summary>A block in a language that no test here knows would be an example that nobody has run.</summary>
    [Fact]
    public void Blocks_are_of_languages_that_are_tested_or_cannot_be() =>
        Assert.DoesNotContain(Repository.Guides.SelectMany(page => page.Blocks), block => !Languages.Contains(block.Language));
}
