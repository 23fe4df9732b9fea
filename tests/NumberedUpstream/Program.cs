using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NumberedUpstream;

// NumberedUpstream PORT FIRST: serves numbered events until it is killed, or until whoever started it is gone and its standard input with it.
using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
listener.Bind(new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture)));
listener.Listen();
_ = Task.Run(async () =>
{
    await Console.In.ReadToEndAsync();
    Environment.Exit(0);
});
while (true)
{
    _ = new EventConnection(await listener.AcceptAsync()).ServeAsync(int.Parse(args[1], CultureInfo.InvariantCulture));
}
