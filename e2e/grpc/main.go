// A gRPC server in Go for the stories: the test service of gRPC's own interoperability tests, health,
// and reflection. With -log it prints a line of JSON for each call, with what it saw.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	pb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/reflection"
	reflectionalpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
)

// seen is what the server saw of one call.
type seen struct {
	Method   string              `json:"method"`
	Peer     string              `json:"peer"`
	Deadline float64             `json:"deadline"`
	Metadata map[string][]string `json:"metadata"`
	Messages []json.RawMessage   `json:"messages"`
	Seconds  []float64           `json:"seconds"`
	Ended    string              `json:"ended"`
	At       float64             `json:"at"`
	Took     float64             `json:"took"`
}

var (
	logs  = flag.Bool("log", false, "print what each call was")
	print sync.Mutex
)

// watched records the messages of a stream.
type watched struct {
	grpc.ServerStream
	seen  *seen
	begun time.Time
}

func (w *watched) RecvMsg(m any) error {
	err := w.ServerStream.RecvMsg(m)
	if err == nil {
		text, _ := protojson.Marshal(m.(proto.Message))
		w.seen.Messages = append(w.seen.Messages, text)
		w.seen.Seconds = append(w.seen.Seconds, time.Since(w.begun).Seconds())
	}
	return err
}

func begin(ctx context.Context, method string) *seen {
	s := &seen{Method: method, At: time.Since(begun).Seconds()}
	if p, ok := peer.FromContext(ctx); ok {
		s.Peer = p.Addr.String()
	}
	if deadline, ok := ctx.Deadline(); ok {
		s.Deadline = time.Until(deadline).Seconds()
	}
	s.Metadata, _ = metadata.FromIncomingContext(ctx)
	return s
}

func (s *seen) end(err error) {
	s.Ended = status.Code(err).String()
	s.Took = time.Since(begun).Seconds() - s.At
	line, _ := json.Marshal(s)
	print.Lock()
	defer print.Unlock()
	fmt.Println(string(line))
}

func unary(ctx context.Context, in any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if !*logs {
		hold()
		return next(ctx, in)
	}
	s := begin(ctx, info.FullMethod)
	hold()
	text, _ := protojson.Marshal(in.(proto.Message))
	s.Messages = append(s.Messages, text)
	out, err := next(ctx, in)
	s.end(err)
	return out, err
}

func stream(srv any, st grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if !*logs {
		return next(srv, st)
	}
	s := begin(st.Context(), info.FullMethod)
	err := next(srv, &watched{st, s, time.Now()})
	s.end(err)
	return err
}

type server struct {
	pb.UnimplementedTestServiceServer
}

func (*server) EmptyCall(context.Context, *pb.Empty) (*pb.Empty, error) { return &pb.Empty{}, nil }

// UnaryCall takes as many milliseconds as the size that it is asked for, if the message says "slow".
func (*server) UnaryCall(ctx context.Context, in *pb.SimpleRequest) (*pb.SimpleResponse, error) {
	if in.GetResponseStatus().GetMessage() == "slow" {
		select {
		case <-ctx.Done():
			return nil, status.FromContextError(ctx.Err()).Err()
		case <-time.After(time.Duration(in.ResponseSize) * time.Millisecond):
		}
	}
	if code := in.GetResponseStatus().GetCode(); code != 0 {
		return nil, status.Error(codes.Code(code), in.ResponseStatus.Message)
	}
	return &pb.SimpleResponse{Payload: &pb.Payload{Body: make([]byte, in.ResponseSize)}}, nil
}

func output(parameters []*pb.ResponseParameters, send func(*pb.StreamingOutputCallResponse) error) error {
	for _, p := range parameters {
		time.Sleep(time.Duration(p.IntervalUs) * time.Microsecond)
		body := &pb.Payload{Body: make([]byte, p.Size)}
		if err := send(&pb.StreamingOutputCallResponse{Payload: body}); err != nil {
			return err
		}
	}
	return nil
}

func (*server) StreamingOutputCall(in *pb.StreamingOutputCallRequest, st pb.TestService_StreamingOutputCallServer) error {
	return output(in.ResponseParameters, st.Send)
}

func (*server) StreamingInputCall(st pb.TestService_StreamingInputCallServer) error {
	size := 0
	for {
		in, err := st.Recv()
		if err == io.EOF {
			return st.SendAndClose(&pb.StreamingInputCallResponse{AggregatedPayloadSize: int32(size)})
		}
		if err != nil {
			return err
		}
		size += len(in.GetPayload().GetBody())
	}
}

func (*server) FullDuplexCall(st pb.TestService_FullDuplexCallServer) error {
	for {
		in, err := st.Recv()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := output(in.ResponseParameters, st.Send); err != nil {
			return err
		}
	}
}

// protoset writes the descriptors of the test service and what it imports.
func protoset(file string) error {
	set := &descriptorpb.FileDescriptorSet{}
	own := pb.File_grpc_testing_test_proto
	for i := range own.Imports().Len() {
		set.File = append(set.File, protodesc.ToFileDescriptorProto(own.Imports().Get(i)))
	}
	set.File = append(set.File, protodesc.ToFileDescriptorProto(own))
	bytes, err := proto.Marshal(set)
	if err != nil {
		return err
	}
	return os.WriteFile(file, bytes, 0o644)
}

func encryption(cert, key, ca string) (credentials.TransportCredentials, error) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, err
		}
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return credentials.NewTLS(config), nil
}

func open(network, address string) net.Listener {
	l, err := net.Listen(network, address)
	if err != nil {
		log.Fatal(err)
	}
	return l
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address")
	socket := flag.String("socket", "", "path of a Unix domain socket to listen on as well")
	cert := flag.String("cert", "", "certificate; with it, connections are encrypted")
	key := flag.String("key", "", "its key")
	ca := flag.String("ca", "", "authority of clients, which then must show a certificate")
	alpha := flag.Bool("alpha", false, "offer the older reflection alone")
	isWeb := flag.Bool("web", false, "serve HTTP instead of gRPC, see web.go")
	streams := flag.Uint("streams", 0, "calls at once on a connection; 0 for any number")
	largest := flag.Int("largest", 4<<20, "bytes of the largest message that is taken")
	descriptors := flag.String("protoset", "", "write descriptors to this file and end")
	flag.Parse()
	if *descriptors != "" {
		if err := protoset(*descriptors); err != nil {
			log.Fatal(err)
		}
		return
	}
	options := []grpc.ServerOption{
		grpc.UnaryInterceptor(unary),
		grpc.StreamInterceptor(stream),
		grpc.MaxRecvMsgSize(*largest),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Millisecond, PermitWithoutStream: true}),
	}
	if *streams > 0 {
		options = append(options, grpc.MaxConcurrentStreams(uint32(*streams)))
	}
	if *cert != "" {
		credentials, err := encryption(*cert, *key, *ca)
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(credentials))
	}
	s := grpc.NewServer(options...)
	pb.RegisterTestServiceServer(s, &server{})
	healthpb.RegisterHealthServer(s, health.NewServer())
	if *alpha {
		reflectionalpha.RegisterServerReflectionServer(s, reflection.NewServer(reflection.ServerOptions{Services: s}))
	} else {
		reflection.Register(s)
	}
	if *socket != "" {
		go func() { log.Fatal(s.Serve(open("unix", *socket))) }()
	}
	l := open("tcp", *listen)
	if *isWeb {
		log.Fatal(serveWeb(l, *cert, *key))
	}
	log.Fatal(s.Serve(l))
}
