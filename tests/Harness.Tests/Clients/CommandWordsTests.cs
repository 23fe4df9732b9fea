using SseGateway.Harness.ClientTests.Clients;
using Xunit;

namespace Harness.Tests.Clients;

public sealed class CommandWordsTests
{
    [Fact]
    public void Words_are_split_as_a_shell_does_it()
    {
        Assert.Equal(["node", "my client.mjs", "--a=b c", "", "{url}", "x y"], CommandWords.Split("""node  'my client.mjs' "--a=b c" '' {url} x\ y"""));
        Assert.Throws<FormatException>(() => CommandWords.Split("node 'open"));
        Assert.Throws<FormatException>(() => CommandWords.Split("  "));
    }
}
