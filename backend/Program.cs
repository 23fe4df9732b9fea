using System.Net.Sockets;
using ChatBackend;
using ChatBackend.Configuration;
using Microsoft.AspNetCore.Connections;

const int CannotStart = 2;

WebApplication app;
try
{
    app = ChatApp.Build(args);
}
catch (ChatStartupException e)
{
    foreach (var error in e.Errors)
        Console.Error.WriteLine(error);
    return CannotStart;
}

await using (app)
{
    try
    {
        await app.StartAsync();
    }
    catch (IOException e) when (e.InnerException is AddressInUseException)
    {
        Console.Error.WriteLine(e.Message);
        return CannotStart;
    }
    catch (SocketException e)
    {
        // An address that is not this machine's, or a port that only root may open.
        Console.Error.WriteLine($"urls: cannot listen: {e.Message}");
        return CannotStart;
    }
    catch (InvalidOperationException e)
    {
        // https without a certificate.
        Console.Error.WriteLine($"cannot start: {e.Message.ReplaceLineEndings(" ")}");
        return CannotStart;
    }

    Console.WriteLine($"Chat: {string.Join(" ", app.Urls)}");
    await app.WaitForShutdownAsync();
    return 0;
}
