using System.Globalization;
using LoadTests.Processes;
using Xunit;

namespace LoadTests.Tests.Processes;

/// <summary>With folders that stand for the groups of a machine, on which nothing is changed.</summary>
public sealed class MemoryGroupTests : IDisposable
{
    private readonly DirectoryInfo _mount = Directory.CreateTempSubdirectory("loadtests-groups-");

    private string Own => Path.Combine(_mount.FullName, "own");

    [Fact]
    public async Task A_program_is_started_in_a_group_beside_that_of_this_one_and_its_working_set_is_read()
    {
        Write("cgroup.controllers", "cpu memory\n");
        Write("a/cgroup.subtree_control", "memory pids\n");
        Write("a/b/cgroup.subtree_control", "\n");
        Write("own", "4:memory:/elsewhere\n0::/a/b\n");

        var group = MemoryGroup.Create(_mount.FullName, Own);

        Assert.Null(group.Unavailable);
        Assert.Null(group.WorkingSet());
        var file = Assert.IsType<string>(group.ProcessesFile);
        Assert.Equal(Path.Combine(_mount.FullName, "a"), Path.GetDirectoryName(Path.GetDirectoryName(file)));

        var said = new List<string>();
        await using (var process = ChildProcess.Start("cat", [], said.Add, said.Add, group: group))
        {
            await process.Input.WriteLineAsync("arrived");
            await process.Input.FlushAsync(TestContext.Current.CancellationToken);
            while (said.Count == 0)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            var folder = Path.GetDirectoryName(file)!;
            await File.WriteAllTextAsync(Path.Combine(folder, "memory.current"), "5000000\n", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "memory.stat"), "anon 1\nactive_file 7\ninactive_file 2000000\n", TestContext.Current.CancellationToken);
            Assert.Equal(process.Id.ToString(CultureInfo.InvariantCulture), (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Trim());
            Assert.Equal(3_000_000, process.Memory().WorkingSet);
            Assert.True(process.Memory().Proportional > 0);
        }
    }

    [Theory]
    [InlineData(null, "memory", "0::/a/b", "no cgroup v2")]
    [InlineData("memory", "", "0::/a/b", "not counted")]
    [InlineData("memory", "memory", "4:memory:/a/b", "in no group")]
    public void Without_groups_it_says_why(string? controllers, string below, string own, string why)
    {
        if (controllers is not null)
        {
            Write("cgroup.controllers", controllers);
        }

        Write("a/cgroup.subtree_control", below);
        Write("own", own + "\n");

        using var group = MemoryGroup.Create(_mount.FullName, Own);

        Assert.Contains(why, group.Unavailable, StringComparison.Ordinal);
        Assert.Null(group.ProcessesFile);
        Assert.Null(group.WorkingSet());
    }

    public void Dispose() => _mount.Delete(recursive: true);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_mount.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
