using Docs.Tests.Pages;
using Xunit;

namespace Docs.Tests;

/// <summary>Links from one page to another lead somewhere.</summary>
public sealed class LinkTests
{
    public static TheoryData<string> Names => [.. Repository.Pages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_link_inside_the_repository_leads_to_a_file_and_a_heading(string name)
    {
        var page = Repository.Pages[name];
        Assert.DoesNotContain(page.Links, link => Broken(page, link));
    }

    [Fact]
    public void Every_page_of_docs_is_in_its_table_of_contents()
    {
        var listed = Repository.Pages["docs/README.md"].Links.Select(link => $"docs/{link}");
        Assert.Equal(Repository.Guides.Select(page => page.Name).Where(name => name is not ("README.md" or "docs/README.md")).Order(), listed.Order());
    }

    private static bool Broken(Page page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal))
        {
            return false;
        }

        var (path, anchor) = link.Split('#') is [var before, var after] ? (before, after) : (link, "");
        var target = path.Length == 0
            ? Path.Combine(Repository.Root, page.Name)
            : Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page.Name)!, path));
        if (!File.Exists(target) && !Directory.Exists(target))
        {
            return true;
        }

        var name = Path.GetRelativePath(Repository.Root, target).Replace('\\', '/');
        return anchor.Length > 0 && !(Repository.Pages.TryGetValue(name, out var to) && to.Anchors.Contains(anchor));
    }
}
