using System.Text.RegularExpressions;
using Docs.Tests.Pages;
using Xunit;

namespace Docs.Tests;

/// <summary>The rooms that docs/architecture.md names are the gateway's folders.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Gateway = Path.Combine(Repository.Root, "gateway");

    private static readonly string[] Rooms = Repository.Pages["docs/architecture.md"].Lines
        .SkipWhile(line => !line.StartsWith("| Room |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
        .SelectMany(line => Code().Matches(line.Split('|')[1]).Select(match => match.Groups[1].Value)).ToArray();

    [Fact]
    public void Every_room_is_a_folder() => Assert.All(Rooms, room => Assert.True(Directory.Exists(Path.Combine(Gateway, room)), room));

    /// <summary>A folder is named itself, or the folders in it are.</summary>
    [Fact]
    public void Every_folder_with_code_is_a_room()
    {
        var folders = Directory.GetFiles(Gateway, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Gateway, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Where(folder => folder != "." && folder.Split('/')[0] is not ("bin" or "obj"))
            .Select(folder => string.Join('/', folder.Split('/').Take(2))).Distinct();
        Assert.DoesNotContain(folders, folder => !Rooms.Any(room => room == folder || room.StartsWith(folder + "/", StringComparison.Ordinal)));
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
