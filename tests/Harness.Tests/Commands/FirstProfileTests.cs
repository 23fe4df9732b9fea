using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using SseGateway.Harness.Checks;
using SseGateway.Harness.ClientTests;
using SseGateway.Harness.Commands.Options;
using Xunit;

namespace Harness.Tests.Commands;

/// <summary>The profile that is written where none is.</summary>
public sealed partial class FirstProfileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string File => Path.Combine(_folder.FullName, "my.json");

    [Theory]
    [InlineData("target")]
    [InlineData("client")]
    public void It_is_good_as_it_is_and_with_all_of_it_said(string kind)
    {
        var template = FirstProfile.Template(kind);
        Read(kind, template);
        Read(kind, Commented().Replace(template, "  $1"));
    }

    [Theory]
    [InlineData("target", typeof(TargetProfile))]
    [InlineData("client", typeof(ClientProfile))]
    internal void It_names_all_that_can_be_said(string kind, Type profile)
    {
        var members = profile.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(member => member.CanWrite && member.Name != nameof(TargetProfile.Folder))
            .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name));
        var template = FirstProfile.Template(kind);

        Assert.All(members, name => Assert.Contains($"  // \"{name}\": ", template, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("check", "--target", "http://127.0.0.1:9")]
    [InlineData("client", "--exec", "cat")]
    public async Task A_profile_that_is_not_there_is_written_once_and_nothing_is_run(params string[] command)
    {
        var (code, output, error) = await Invocation.RunAsync([.. command, "--profile", File]);

        Assert.Equal((ExitCode.Usage, ""), (code, output));
        Assert.StartsWith($"sse-harness: --profile: {File} was not there, and is now", error, StringComparison.Ordinal);
        Assert.Contains("sse-harness", await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await Invocation.RunAsync([.. command, "--profile", Path.Combine(File, "below-a-file.json")])).Code);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [GeneratedRegex("^  // (\".*)$", RegexOptions.Multiline)]
    private static partial Regex Commented();

    private void Read(string kind, string text)
    {
        System.IO.File.WriteAllText(File, text);
        _ = kind == "target" ? (object)TargetProfile.Read(File) : ClientProfile.Read(File);
    }
}
