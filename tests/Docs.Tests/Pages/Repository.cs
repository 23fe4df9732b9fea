using System.Reflection;

namespace Docs.Tests.Pages;

/// <summary>The pages of this repository.</summary>
internal static class Repository
{
    private static readonly HashSet<string> NotSource = ["bin", "obj", "artifacts", "TestResults", "node_modules", ".git"];

    public static string Root { get; } = Path.GetFullPath(Metadata("Repository"));

    /// <summary>Those whose examples are tested: README and <c>docs/</c>.</summary>
    public static IReadOnlyList<Page> Guides { get; } =
        [Page.Read("README.md"), .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(Name).Order().Select(Page.Read)];

    /// <summary>Every page there is, by its path from the root.</summary>
    public static IReadOnlyDictionary<string, Page> Pages { get; } = Below(Root).Select(Name).Order().Select(Page.Read).ToDictionary(page => page.Name);

    /// <summary>What the build has noted.</summary>
    public static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    /// <summary>Code blocks of the guides in some languages, by where they stand.</summary>
    public static IReadOnlyDictionary<string, CodeBlock> Blocks(params string[] languages) =>
        Guides.SelectMany(page => page.Blocks).Where(block => languages.Contains(block.Language)).ToDictionary(block => block.Place);

    private static string Name(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> Below(string folder) =>
        Directory.GetFiles(folder, "*.md").Concat(
            Directory.GetDirectories(folder).Where(inner => !NotSource.Contains(Path.GetFileName(inner))).SelectMany(Below));
}
