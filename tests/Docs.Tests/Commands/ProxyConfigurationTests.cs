using Docs.Tests.Pages;
using Docs.Tests.Running;
using Xunit;

namespace Docs.Tests.Commands;

/// <summary>Configurations of other proxies on the pages are taken by them.</summary>
public sealed class ProxyConfigurationTests
{
    private static readonly IReadOnlyDictionary<string, CodeBlock> Blocks = Repository.Blocks("nginx", "haproxy");

    public static TheoryData<string> Places => [.. Blocks.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Is_taken_by_the_proxy(string place)
    {
        var (language, text) = (Blocks[place].Language, Blocks[place].Text);
        Assert.SkipWhen(!IsInstalled(language) && Environment.GetEnvironmentVariable("CI") != "true", $"{language} is not installed.");

        using var folder = ExampleFolder.Empty();
        var (exitCode, output) = language == "nginx"
            ? await ExampleProcess.RunAsync(folder.Path, "nginx", "-t", "-p", folder.Path, "-e", "stderr", "-c", folder.Write("nginx.conf", InHttp(text)))
            : await ExampleProcess.RunAsync(folder.Path, "haproxy", "-c", "-f", folder.Write("haproxy.cfg", text + "\n"));

        Assert.True(exitCode == 0, output);
    }

    // What a distribution's nginx.conf includes it into.
    private static string InHttp(string text) => $"pid nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\n{text}\n}}\n";

    private static bool IsInstalled(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
        .Any(folder => File.Exists(Path.Combine(folder, command)));
}
